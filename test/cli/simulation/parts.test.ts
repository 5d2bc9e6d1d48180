import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Piece } from '../../../src/cli/dashboard/fit.ts';
import { elapsed, seconds } from '../../../src/cli/simulation/elapsed.ts';
import { bar } from '../../../src/cli/simulation/view/bar.ts';
import { faultSpans } from '../../../src/cli/simulation/view/fault-spans.ts';
import { flow, nameCells } from '../../../src/cli/simulation/view/flow.ts';
import { highest, lastMinute, mean } from '../../../src/cli/simulation/view/last-minute.ts';
import type { Mark, Sample } from '../../../src/simulation/report.ts';

test('seconds since the start are told as a clock does, and spans as people do', () => {
  assert.equal([0, 25.9, 727, 3_725, -1].map(elapsed), ['00:00', '00:25', '12:07', '1:02:05', '00:00']);
  assert.equal([0, 9, 60, 65, 7_500].map(seconds), ['0 s', '9 s', '1 m', '1 m 5 s', '2 h 5 m']);
});

const mark = (atS: number, kind: Mark['kind'], text: string): Mark => ({ atS, kind, text });

test('a cure ends the fault of its text, and one that has none of its text the oldest that goes on', () => {
  assert.equal(
    faultSpans([
      mark(0, 'phase', 'all'),
      mark(1, 'fault', 'slow'),
      mark(2, 'fault', 'down'),
      mark(3, 'cure', 'down'),
      mark(4, 'fault', 'down'),
      mark(5, 'cure', 'all is well'),
      mark(6, 'cure', 'down'),
      mark(7, 'cure', 'down'),
      mark(8, 'fault', 'full'),
    ]),
    [
      { text: 'slow', fromS: 1, toS: 5 },
      { text: 'down', fromS: 2, toS: 3 },
      { text: 'down', fromS: 4, toS: 6 },
      { text: 'full', fromS: 8 },
    ],
  );
});

const samples = (count: number): Sample[] => Array.from({ length: count }, (_, i) => ({ atS: i + 1 }) as Sample);
const second = ({ atS }: Sample) => atS;

test('the last minute is a value a second where there is room, and less so where there is less', () => {
  assert.equal(
    lastMinute(samples(90), 100, second, mean),
    Array.from({ length: 60 }, (_, i) => i + 31),
  );
  assert.equal(
    lastMinute(samples(90), 30, second, highest),
    Array.from({ length: 30 }, (_, i) => 32 + 2 * i),
  );
  for (let cells = 1; cells < 100; cells++) {
    const values = lastMinute(samples(90), cells, second, mean);
    assert.ok(values.length > 0 && values.length <= cells, `${values.length} in ${cells}`);
  }
  assert.equal(lastMinute(samples(90), 0, second, mean), []);
  assert.equal(lastMinute([], 10, second, mean), []);
});

test('seconds stay together from one look to the next', () => {
  for (let count = 61; count < 90; count++) {
    const [before, after] = [count, count + 1].map((n) => lastMinute(samples(n), 10, second, highest));
    const same = before!.filter((value) => after!.includes(value));
    assert.ok(same.length >= 9, `${before} and then ${after}`);
  }
});

test('where nothing is known of a stretch there is nothing in it, be it too early or not measured', () => {
  const gaps = lastMinute(samples(3), 60, ({ atS }) => (atS === 2 ? null : atS), mean);
  assert.equal(gaps.slice(-4), [null, 1, null, 3]);
  assert.is(gaps.length, 60);
});

test('a bar is as long as its part, and what is there at all can be seen', () => {
  assert.equal(
    [0, 1, 44, 50, 100, 200].map((part) => bar(part, 100, 10)),
    ['', '▏', '████▍', '█████', '██████████', '██████████'],
  );
  assert.is(bar(1, 1_000_000, 10), '▏');
  assert.is(bar(1, 0, 10), '');
  assert.is(bar(1, 1, 0), '');
});

const textOf = (lines: Piece[][]) => lines.map((pieces) => pieces.map(({ text }) => text).join(''));
const groups = ['one', 'two', 'three', 'four'].map((text): Piece[] => [{ text }]);

test('what flows stands in as many lines as it may, and how many are left out is said', () => {
  const name = ' name'.padEnd(nameCells);
  const indent = ' '.repeat(nameCells);
  assert.equal(textOf(flow('name', groups, 60, 1)), [`${name}one   two   three   four`]);
  assert.equal(textOf(flow('name', groups, nameCells + 15, 1)), [`${name}one   two   +2`]);
  assert.equal(textOf(flow('name', groups, nameCells + 18, 1)), [`${name}one   two   +2`], 'there is room to say so');
  assert.equal(textOf(flow('name', groups, nameCells + 11, 2)), [`${name}one   two`, `${indent}three   +1`]);
  assert.equal(textOf(flow('name', groups, nameCells + 12, 2)), [`${name}one   two`, `${indent}three   four`]);
});

test.run();
