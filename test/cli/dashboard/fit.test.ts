import stringWidth from 'string-width';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cellsOf } from '../../../src/cli/cells.ts';
import { age } from '../../../src/cli/dashboard/age.ts';
import {
  type Column,
  clean,
  ends,
  fit,
  fitPieces,
  joined,
  layOut,
  type Piece,
  rowOf,
  trimmed,
  whole,
  wrap,
} from '../../../src/cli/dashboard/fit.ts';
import { sparkline } from '../../../src/cli/dashboard/sparkline.ts';

const textOf = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join('');

test('text takes exactly the cells it is given, whether it is cut or filled up, and Hangul takes two each', () => {
  for (const text of ['', 'a', '바삭치킨 강남점', 'Crispy Chicken Gangnam', '양념반후라이드반 ×2'])
    for (let cells = 1; cells <= 30; cells++) assert.is(stringWidth(fit(text, cells)), cells, `${text} in ${cells}`);
  assert.is(fit('바삭치킨', 5), '바삭…');
  assert.is(fit('바삭치킨', 6), '바삭… ', 'half a letter is no letter');
  assert.is(fit('7', 3, true), '  7');
});

test('what would move the cursor, ring the bell or turn the line around does not reach the terminal', () => {
  assert.is(clean('a\u001b[2Jb\nc\u0007\u202ed'), 'a [2Jb c d');
});

test('a line of pieces is as wide as it is told', () => {
  const pieces = [{ text: '주문 ' }, { text: '▸ Orders', bold: true }];
  for (let cells = 1; cells <= 20; cells++) assert.is(stringWidth(textOf(fitPieces(pieces, cells))), cells);
  assert.is(
    textOf(fitPieces([{ text: 'a' }, { text: '' }, { text: 'b' }], 3)),
    'ab ',
    'nothing in between ends nothing',
  );
});

test('pieces that look the same are drawn as one, and spaces go with what is before them', () => {
  const plain = (text: string): Piece => ({ text });
  const red = (text: string): Piece => ({ text, color: 'red', bold: true });
  const inverse = (text: string): Piece => ({ text, inverse: true });
  assert.equal(joined([plain('a'), plain('  '), { text: 'b', bold: false }]), [plain('a  b')]);
  assert.equal(joined([red('a'), plain('  '), red('b'), plain('c')]), [red('a  b'), plain('c')]);
  assert.equal(joined([plain('a'), { text: 'b', dim: true }]), [plain('a'), { text: 'b', dim: true }]);
  assert.equal(joined([inverse('a'), plain(' '), inverse(' ')]), [inverse('a'), plain(' '), inverse(' ')]);
  assert.equal(joined([]), []);
});

test('what is at the right end gives way, piece by piece from its left', () => {
  const right = [{ text: 'address ' }, { text: '12:00' }];
  assert.is(textOf(ends([{ text: 'Orders' }], right, 24)), 'Orders     address 12:00');
  assert.is(textOf(ends([{ text: 'Orders' }], right, 12)), 'Orders 12:00');
  assert.is(textOf(ends([{ text: 'Orders' }], right, 8)), 'Orders  ');
});

test('groups are shown whole or not at all, and what has to be there is', () => {
  const groups = [[{ text: 'a open  ' }], [{ text: 'b close  ' }], [{ text: 'c more  ' }]];
  assert.is(textOf(whole(groups, 26, [{ text: 'q quit' }])), 'a open  b close     q quit');
});

test('columns fill the line exactly, and depend on its width alone', () => {
  const columns: Column<{ id: string; name: string }>[] = [
    { title: 'ID', width: 4, cell: ({ id }) => ({ text: id }) },
    { title: 'NAME', width: 6, grow: 1, cell: ({ name }) => ({ text: name }) },
    { title: 'MORE', width: 6, grow: 2, from: 40, cell: ({ name }) => ({ text: name }) },
  ];
  for (const cells of [12, 39, 40, 61, 200]) {
    const laid = layOut(columns, cells);
    assert.is(stringWidth(textOf(rowOf(laid, { id: 'a7f3c2', name: '바삭치킨 강남점' }))), cells);
    assert.is(laid.length, cells < 40 ? 2 : 3);
  }
});

test('spaces at the end of a line are left out, but not the cursor', () => {
  const texts = (pieces: Piece[]) => trimmed(pieces).map(({ text }) => text);
  assert.equal(texts([{ text: 'a ' }, { text: 'b  ' }, { text: '   ' }]), ['a ', 'b']);
  assert.equal(texts([{ text: 'a' }, { text: ' ', inverse: true }]), ['a', ' ']);
  assert.equal(texts([{ text: '   ' }]), [' ']);
});

test('the cells of a text are those that a terminal shows, also when it is asked for again', () => {
  for (const text of ['', 'abc', '바삭치킨', 'a바b', '×2 …', '▁▂▃']) {
    assert.is(cellsOf(text), stringWidth(text), text);
    assert.is(cellsOf(text), stringWidth(text), text);
  }
});

test('long text is broken at spaces, and a word that is too long anywhere', () => {
  assert.equal(wrap('the quick brown fox', 10), ['the quick', 'brown fox']);
  assert.equal(wrap('바삭치킨강남점', 5), ['바삭', '치킨', '강남', '점']);
  assert.equal(wrap('{\n  "a": "b c d e"\n}', 9), ['{', '  "a": "b', '  c d e"', '}']);
  assert.ok(wrap('바삭 치킨 abcdefghijklmnop 점', 7).every((line) => stringWidth(line) <= 7));
});

test('how long something has been so fits into six cells', () => {
  const second = 1_000;
  assert.equal([0, 3_140, 42 * second, 252 * second, 3_599 * second, 7_500 * second, 273_600 * second, 1e12].map(age), [
    '0.0s',
    '3.1s',
    '42s',
    '4m12s',
    '59m59s',
    '2h05m',
    '3d04h',
    '11574d',
  ]);
});

test('the largest number is a full bar, nothing is a low one, and what nobody knows is none', () => {
  assert.is(sparkline([0, 5, 10]), '▁▅█');
  assert.is(sparkline([0, 0]), '▁▁');
  assert.is(sparkline([]), '');
  assert.is(sparkline([null, 5, null, 10]), ' ▅ █');
});

test.run();
