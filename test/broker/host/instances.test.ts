import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Instances } from '../../../src/broker/host/instances.ts';
import type { Store } from '../../../src/broker/host/store.ts';

/** Instances, and which of them the store was asked for. */
function instances() {
  const asked: string[] = [];
  const load = async (keys: readonly string[]) => {
    asked.push(...keys);
    return new Map();
  };
  return { asked, instances: new Instances<string>({ load } as unknown as Store<string>) };
}

const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `o${from + n}`);
const committed = (from: number, to: number) => new Map(keys(from, to).map((key) => [key, { state: key, version: 0 }]));

test('what was committed is at hand with its next version, and is not asked for', async () => {
  const { asked, instances: at } = instances();
  at.keep(committed(0, 2));
  assert.equal(await at.load(new Set(['o0', 'o2'])), new Map([['o0', { state: 'o0', version: 1 }]]));
  assert.equal(asked, ['o2']);
});

test('of more than twenty thousand those are let go that came first, also after all were forgotten', async () => {
  for (const forgetsFirst of [false, true]) {
    const { asked, instances: at } = instances();
    at.keep(committed(0, 30_000));
    if (forgetsFirst) at.forget();
    at.keep(committed(30_000, 50_001));
    await at.load(new Set(['o29999', 'o30000', 'o30001', 'o50000']));
    assert.equal(asked, ['o29999', 'o30000']);
  }
});

test.run();
