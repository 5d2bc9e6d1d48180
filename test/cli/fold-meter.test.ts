import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FoldMeter } from '../../src/cli/fold-meter.ts';
import type { Entry } from '../../src/readmodel/projection.ts';

const entry = (offset: number, at: number) =>
  ({ offset, envelope: { id: `${offset}`, type: 'OrderPlaced', key: 'o', at, data: {} } }) as unknown as Entry;

test('before anything is folded there is nothing to tell', () => {
  assert.is(new FoldMeter(() => 0).read(), undefined);
});

test('how old events are when they are folded is told once, and how far the folding is each time', () => {
  const meter = new FoldMeter(() => 1_000);
  meter.onFolded([entry(4, 990), entry(4, 990), entry(5, 900)], 6);
  assert.equal(meter.read(), { next: 6, lagMs: { p50: 10, p99: 100 } });
  assert.equal(meter.read(), { next: 6, lagMs: null });
});

test('events of the future, of long ago and unreadable ones do no harm', () => {
  const meter = new FoldMeter(() => 1_700_000_000_000);
  meter.onFolded([{ offset: 1 }], 2);
  assert.equal(meter.read(), { next: 2, lagMs: null });
  meter.onFolded([entry(2, 1_800_000_000_000)], 3);
  assert.equal(meter.read()?.lagMs?.p99, 1);
  meter.onFolded([entry(3, 0)], 4);
  assert.ok(meter.read()!.lagMs!.p99 >= 86_000_000);
});

test.run();
