import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { span as spanOnTerminal } from '../../../src/cli/show.ts';
import { count, moment, rate, span } from '../../../src/simulation/html/browser/figures.js';

const test = suite('figures of the page');

test('a span is said as on the terminal, but more exact where it is very short', () => {
  for (const ms of [0, 7, 9.96, 12.4, 999, 1_000, 3_149, 59_000, 60_000, 252_000, 3_600_000, 7_500_000])
    assert.is(span(ms), spanOnTerminal(ms));
  assert.is(span(0.4321), '0.43 ms');
  assert.is(span(4.31), '4.3 ms');
  assert.is(span(412), '412 ms');
  assert.is(span(3_100), '3.1 s');
});

test('counts have separators, and rates a decimal where they are small', () => {
  assert.is(count(1_234_567), '1,234,567');
  assert.is(rate(0), '0');
  assert.is(rate(0.25), '0.3');
  assert.is(rate(88.4), '88');
  assert.is(rate(1_204.2), '1,204');
});

test('a moment has hours only where there are some', () => {
  assert.is(moment(0), '0:00');
  assert.is(moment(75.9), '1:15');
  assert.is(moment(3_762), '1:02:42');
});

test.run();
