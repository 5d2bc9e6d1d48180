import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { behind } from '../../src/readmodel/position.ts';
import { noon } from './stories.ts';

const at = (next: number, lastAt: number | null = noon) => ({ next, lastAt });

test('who has read everything is behind by nothing, however long ago the last event was', () => {
  assert.equal(behind(at(7), [{ end: 7, at: noon }], noon + 60_000), { entries: 0, ms: 0 });
});

test('who has not is behind by what is missing, and since the last event that was read', () => {
  assert.equal(behind(at(7), [{ end: 10, at: noon + 1_000 }], noon + 2_000), { entries: 3, ms: 2_000 });
  assert.equal(behind(at(0, null), [{ end: 10, at: noon + 1_000 }], noon + 2_000), { entries: 10, ms: 1_000 });
});

test('what was published a moment ago is on its way', () => {
  assert.equal(behind(at(7), [{ end: 8, at: noon + 60_000 }], noon + 60_100), { entries: 0, ms: 0 });
});

test('who is behind stays so while the end is looked for again', () => {
  const seen = [
    { end: 5_010, at: noon + 60_000 },
    { end: 5_000, at: noon + 59_000 },
  ];
  assert.equal(behind(at(7), seen, noon + 60_100), { entries: 4_993, ms: 60_100 });
  assert.equal(behind(at(7), seen, noon + 60_300), { entries: 5_003, ms: 60_300 });
});

test.run();
