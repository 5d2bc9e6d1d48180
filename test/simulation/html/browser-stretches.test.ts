import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Line } from '../../../src/simulation/html/browser/series.js';
import { inStretches, stretchFor } from '../../../src/simulation/html/browser/stretches.js';

const test = suite('seconds put together');

const line = (how: Line['how'], ...values: (number | null)[]): Line => ({ key: how, label: how, how, values });

test('a stretch is the shortest even one of which there are few enough', () => {
  assert.is(stretchFor(60, 60), 1);
  assert.is(stretchFor(61, 60), 2);
  assert.is(stretchFor(3_600, 550), 10);
  assert.is(stretchFor(0, 60), 1);
  assert.is(stretchFor(60 * 20_000, 60), 20_000);
});

test('values become one as their line says', () => {
  const lines = [line('mean', 1, 3, 5, 9), line('highest', 4, 1, null, 2), line('last', 7, 8, 9, null)];
  assert.equal(inStretches([1, 2, 3, 4], lines, 2), {
    times: [2, 4],
    lines: [line('mean', 2, 7), line('highest', 4, 2), line('last', 8, 9)],
  });
});

test('a gap stays a gap, and does not count in a mean', () => {
  assert.equal(inStretches([1, 2, 3, 4], [line('mean', null, null, 6, null)], 2).lines, [line('mean', null, 6)]);
});

test('the start stands for itself, and the last stretch may be shorter', () => {
  assert.equal(inStretches([0, 1, 2, 3, 4, 5, 5.5], [line('mean', null, 1, 1, 1, 4, 6, null)], 3), {
    times: [0, 3, 5.5],
    lines: [line('mean', null, 1, 5)],
  });
});

test('single seconds stay as they are', () => {
  const lines = [line('highest', 1, null)];
  assert.equal(inStretches([1, 2], lines, 1), { times: [1, 2], lines });
  assert.equal(inStretches([], [line('mean')], 5), { times: [], lines: [line('mean')] });
});

test.run();
