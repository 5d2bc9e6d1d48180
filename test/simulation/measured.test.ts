import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cameTo, measured, percent, promised } from '../../src/simulation/measured.ts';

const test = suite('measured');

test('a value is as exact as people want it, and more exact on demand', () => {
  assert.is(measured(50, 'ms'), '50 ms');
  assert.is(measured(417.535, 'ms'), '417.5 ms');
  assert.is(measured(4.348, 'ms'), '4.35 ms');
  assert.is(measured(1_344.2, 'ms'), '1.34 s');
  assert.is(measured(1_344.2, 'ms', 3), '1.3442 s');
  assert.is(measured(98.997, '%'), '99%');
  assert.is(measured(98.984, '%'), '98.98%');
  assert.is(measured(88.06, '/s'), '88.1/s');
  assert.is(measured(1_204, 'orders'), '1,204 orders');
  assert.is(measured(3, ''), '3');
});

test('what was missed by little does not look kept', () => {
  const most = { what: 'p99', unit: 'ms', atMost: 50 };
  assert.is(cameTo({ ...most, is: 417.535, kept: false }), '417.5 ms');
  assert.is(cameTo({ ...most, is: 50.004, kept: false }), '50.004 ms');
  assert.is(cameTo({ ...most, is: 49.996, kept: true }), '50 ms');
  assert.is(cameTo({ what: 'availability', unit: '%', atLeast: 100, is: 99.9992, kept: false }), '99.999%');
  assert.is(cameTo({ ...most, kept: false }), undefined);
});

test('what was promised is said in words', () => {
  const judged = { what: 'p99', unit: 'ms', kept: true };
  assert.is(promised({ ...judged, atMost: 250 }), 'at most 250 ms');
  assert.is(promised({ ...judged, atLeast: 99, unit: '%' }), 'at least 99%');
  assert.is(promised({ ...judged, atLeast: 1, atMost: 5 }), 'between 1 ms and 5 ms');
  assert.is(promised({ ...judged, atLeast: 0, atMost: 0, unit: 'findings' }), '0 findings');
  assert.is(promised(judged), '-');
});

test('only all of them are 100%, and only none are 0%', () => {
  assert.is(percent(1), '100%');
  assert.is(percent(0.999_999), '99.99%');
  assert.is(percent(0.5), '50.00%');
  assert.is(percent(0.29), '29.00%');
  assert.is(percent(0.000_001), '<0.01%');
  assert.is(percent(0), '0%');
});

test.run();
