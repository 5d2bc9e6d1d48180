import { basename } from 'node:path';
import { closest } from '../actors/closest.ts';
import type { Menu } from '../actors/menu.ts';
import type { Mistake } from '../yaml/bad-file.ts';
import { fieldName, type Yaml } from '../yaml/parse-yaml.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { type Script, scriptSchema } from './script.ts';

/** Reads a script, such as scenarios/lunch-rush.yaml, whose stores are those of `menu`; docs/simulation.md explains the fields.
 * @throws {BadFile} the file cannot be read, or has mistakes; it lists them all with their lines */
export function loadScript(file: string, menu: Menu): Script {
  const script = readYaml(file, {
    title: 'The script',
    code: 'bad-script',
    expected: '`about:`, `phases:` and what else belongs into a script',
    schema: scriptSchema,
    more: (yaml) => [...strangeStores(yaml, menu), ...sharedNames(yaml), ...strangePhases(yaml)],
  });
  return { ...script, name: basename(file).replace(/\.ya?ml$/, '') };
}

/** Stores of a mix that the menu does not have, or where nobody would cook. */
function strangeStores(yaml: Yaml, menu: Menu): Mistake[] {
  const known = menu.stores.filter(({ autoAccept }) => autoAccept).map(({ storeId }) => storeId);
  const byHand = menu.stores.filter(({ autoAccept }) => !autoAccept).map(({ storeId }) => storeId);
  const paths = [['mix'], ...phasesIn(yaml).map((_, i) => ['phases', i, 'mix'])];
  return paths.flatMap((path) => {
    const stores = [...path, 'stores'].reduce<unknown>(
      (value, step) => (value as Record<PropertyKey, unknown>)?.[step],
      yaml.value,
    );
    if (typeof stores !== 'object' || stores === null) return [];
    return Object.keys(stores)
      .filter((store) => !known.includes(store))
      .map((store) => {
        const meant = closest(store, known);
        const help = byHand.includes(store)
          ? 'its owner works by hand, and would cook nothing; leave it out.'
          : `there is no such store; ${meant ? `did you mean "${meant}"?` : `the stores are ${known.join(', ')}.`}`;
        return {
          ...yaml.positionOfKey([...path, 'stores'], store),
          field: fieldName([...path, 'stores', store]),
          what: help,
        };
      });
  });
}

/** A phase goes by its name: in the report, and in what is expected of it. */
function sharedNames(yaml: Yaml): Mistake[] {
  const first = new Map<unknown, number>();
  return phasesIn(yaml).flatMap((phase, i) => {
    const name = nameOf(phase);
    const path = ['phases', i, 'name'];
    const before = first.get(name);
    first.set(name, before ?? i);
    if (typeof name !== 'string' || before === undefined) return [];
    const what = `expected a name of its own, found "${name}", which is taken on line ${yaml.positionOf(['phases', before, 'name']).line}.`;
    return [{ ...yaml.positionOf(path), field: fieldName(path), what }];
  });
}

/** Faults that last as long as a phase that there is not. */
function strangePhases(yaml: Yaml): Mistake[] {
  const names = phasesIn(yaml).map(nameOf);
  return listIn(yaml, 'faults').flatMap((fault, i) => {
    const during = (fault as { during?: unknown } | null)?.during;
    if (typeof during !== 'string' || names.includes(during)) return [];
    const path = ['faults', i, 'during'];
    const what = `there is no phase "${during}"; the phases are ${names.join(', ')}.`;
    return [{ ...yaml.positionOf(path), field: fieldName(path), what }];
  });
}

const nameOf = (phase: unknown): unknown => (phase as { name?: unknown } | null)?.name;
const phasesIn = (yaml: Yaml): unknown[] => listIn(yaml, 'phases');

function listIn({ value }: Yaml, name: string): unknown[] {
  const list = (value as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? list : [];
}
