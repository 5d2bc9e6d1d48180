import { basename } from 'node:path';
import { type Facts, ofDisk } from './facts.ts';
import { counted, type Finding, ok, problem, warning } from './finding.ts';

/** The catalogue that `up` would take into service, and the menu that is in service. */
export function checkCatalog(facts: Facts): Finding[] {
  const catalog = ofDisk(
    'catalog',
    facts,
    'catalog',
    ({ stores, items, from }) => [
      ok('catalog', `${basename(from)}: ${counted(stores, 'store')} with ${counted(items, 'item')}.`),
    ],
    ({ message }) => [problem('catalog', message, { cure: 'Correct it, or name another one with --catalog.' })],
  );
  const wrong = facts.disk.failures.menu;
  if (!wrong) return catalog;
  const cure = 'The next `baedal up` writes it anew.';
  return [
    ...catalog,
    warning('catalog', `The menu in service cannot be read: ${wrong.message}`, { cure, run: 'baedal up' }),
  ];
}
