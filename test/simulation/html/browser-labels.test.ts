import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { placedLabels, roomiest } from '../../../src/simulation/html/browser/labels.js';

const test = suite('room for labels');

const widthOf = (text: string) => text.length * 10;
const label = (x: number, text: string, number = '1') => ({ x, text, number });

test('labels that have room stand in one row, at their lines', () => {
  assert.equal(placedLabels([label(0, 'one'), label(100, 'two')], { width: 500, rows: 3, widthOf }), [
    { left: 0, row: 0, text: 'one' },
    { left: 100, row: 0, text: 'two' },
  ]);
});

test('one that would overlap goes a row down, and one behind both up again', () => {
  const labels = [label(0, 'a long one'), label(50, 'another'), label(110, 'third')];
  const places = placedLabels(labels, { width: 500, rows: 2, widthOf });
  assert.equal(
    places.map((place) => place?.row),
    [0, 1, 0],
  );
});

test('at the end a label goes to the left of its line', () => {
  assert.equal(placedLabels([label(480, 'the end')], { width: 500, rows: 1, widthOf }), [
    { left: 430, row: 0, text: 'the end' },
  ]);
});

test('where words have no room the number does, and where that has none nothing is written', () => {
  const labels = [label(0, 'phase', '1'), label(60, 'a long phase', '2'), label(65, 'next', '3')];
  const places = placedLabels(labels, { width: 100, rows: 1, widthOf });
  assert.equal(places, [{ left: 0, row: 0, text: 'phase' }, { left: 60, row: 0, text: '2' }, null]);
});

test('a name stands where its area is highest along all of it', () => {
  // From 200 on the area is 40 high, before that 10.
  const topOf = (x: number) => (x < 200 ? 90 : 60);
  const place = roomiest({ width: 500, wide: 60, least: 15, topOf, bottomOf: () => 100 });
  assert.ok(place!.left >= 200);
  assert.is(place!.middle, 80);
});

test('a name has no room in an area that is too flat, too short, slanted or not there', () => {
  const flat = { width: 500, wide: 60, least: 15, topOf: () => 90, bottomOf: () => 100 };
  assert.is(roomiest(flat), null);
  assert.is(roomiest({ ...flat, width: 50, topOf: () => 0 }), null);
  assert.is(roomiest({ ...flat, topOf: (x) => x, bottomOf: (x) => x + 60 }), null);
  assert.is(roomiest({ ...flat, topOf: () => null, bottomOf: () => null }), null);
});

test.run();
