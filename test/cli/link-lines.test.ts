import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LinkState } from '../../src/broker/broker.ts';
import { linkLines } from '../../src/cli/link-lines.ts';

/** What is said of these states, one after the other. */
function said(...states: [LinkState['state'], string?][]): string[] {
  const lines: string[] = [];
  const tell = linkLines((line) => lines.push(line));
  for (const [state, reason] of states) tell({ state, since: 0, ...(reason && { reason }) });
  return lines;
}

test('a link that is up from the start is not worth a word, and what it becomes is', () => {
  assert.equal(said(['up'], ['blocked', 'memory'], ['up'], ['up'], ['blocked', 'memory'], ['up']), [
    'broker: blocked: memory',
    'broker: up',
    'broker: blocked: memory',
    'broker: up',
  ]);
});

test('reasons that come in turn are said once an outage, and again in the next', () => {
  const outage: [LinkState['state'], string][] = [
    ['down', 'refused'],
    ['down', 'too long'],
    ['down', 'refused'],
    ['down', 'too long'],
  ];
  const each = ['broker: down: refused', 'broker: down: too long', 'broker: up'];
  assert.equal(said(['up'], ...outage, ['up'], ...outage, ['up']), [...each, ...each]);
});

test.run();
