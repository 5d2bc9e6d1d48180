import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { covers, parsePathPattern } from '../../src/gateway/path-pattern.ts';

const pattern = (text: string) => {
  const parsed = parsePathPattern(text);
  if (!parsed) throw new Error(`${text} is no pattern.`);
  return parsed;
};

for (const [text, taken, left] of [
  [
    '/orders/**',
    ['/orders', '/orders/', '/orders/1', '/orders/1/events'],
    ['/order', '/orders2', '/ordersx/1', '/x/orders', '/', '/Orders'],
  ],
  ['/orders/*', ['/orders/1', '/orders/'], ['/orders', '/orders/1/2']],
  [
    '/orders/*/accept',
    ['/orders/1/accept', '/orders/1/accept/'],
    ['/orders/accept', '/orders//accept', '/orders/1/2/accept', '/orders/1/accepted'],
  ],
  ['/orders/{id}', ['/orders/1', '/orders/1/', '/orders/김'], ['/orders', '/orders/']],
  ['/orders/{id}/{step}', ['/orders/1/x'], ['/orders/1', '/orders/1/x/y']],
  [
    '/pages/t?st.html',
    ['/pages/test.html', '/pages/tXst.html'],
    ['/pages/tst.html', '/pages/toast.html', '/pages/t/st.html', '/pages/testxhtml'],
  ],
  ['/menu/*.png', ['/menu/a.png', '/menu/.png'], ['/menu/a.jpg', '/menu/a/b.png', '/menu/apng']],
  ['/menu/{name}.png', ['/menu/a.png'], ['/menu/a.jpg']],
  ['/files/{*rest}', ['/files', '/files/a/b'], ['/file']],
  ['/menu', ['/menu', '/menu/'], ['/menu/a', '/menus']],
  ['/menu/', ['/menu/'], ['/menu', '/menu/a']],
  ['/**', ['/', '/a', '/a/b'], []],
  ['/', ['/'], ['/a']],
  ['/가게/**', ['/가게/1'], ['/가/1']],
  ['/a+b(c)/$x', ['/a+b(c)/$x'], ['/aab(c)/$x']],
] as const)
  test(`${text} takes ${taken.join(' ')} and nothing like ${left.join(' ')}`, () => {
    for (const path of taken) assert.ok(pattern(text).matches(path), path);
    for (const path of left) assert.not.ok(pattern(text).matches(path), path);
  });

test('what Spring would not take, or would read otherwise, is no pattern', () => {
  for (const text of [
    '',
    'orders/**',
    '/a/**/b',
    '/a**',
    '/**a',
    '//a',
    '/a//b',
    '/a/{id:\\d+}',
    '/a/{',
    '/a/}',
    '/a/{*x}/b',
    '/a b',
    '/a#b',
    '/a\\b',
  ])
    assert.is(parsePathPattern(text), undefined, text);
});

/** Part by part, as one would explain it to somebody. */
function reference(text: string, path: string): boolean {
  const wanted = text.slice(1).split('/');
  const given = path.slice(1).split('/');
  if (wanted.at(-1) === '**') {
    const before = wanted.slice(0, -1);
    return given.length >= before.length && before.every((part, i) => fits(part, given[i]!, false));
  }
  if (given.length === wanted.length + 1 && given.at(-1) === '' && wanted.at(-1) !== '') given.pop();
  return given.length === wanted.length && wanted.every((part, i) => fits(part, given[i]!, i === wanted.length - 1));
}

function fits(part: string, given: string, last: boolean): boolean {
  if (part === '{id}') return given !== '';
  if (part === '*') return last || given !== '';
  return fitsLetters([...part], [...given]);
}

function fitsLetters([first, ...more]: string[], given: string[]): boolean {
  if (first === undefined) return given.length === 0;
  if (first === '*')
    return fitsLetters(more, given) || (given.length > 0 && fitsLetters([first, ...more], given.slice(1)));
  return given.length > 0 && (first === '?' || first === given[0]) && fitsLetters(more, given.slice(1));
}

const letter = fc.constantFrom('a', 'b', '.', '+', '가');
const part = fc.oneof(
  fc.string({ unit: letter, minLength: 1, maxLength: 3 }),
  fc.constantFrom('*', '{id}', 'a*', '*b', '?', 'a?b', 'a*?'),
);
const patternText = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '/', '/**'))
  .map(([parts, end]) => `/${parts.join('/')}${end}`);
const pathText = fc
  .tuple(
    fc.array(fc.string({ unit: letter, minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '/'),
  )
  .map(([parts, end]) => `/${parts.join('/')}${end}`);

test('every pattern takes the paths that a plain reading of it takes', () => {
  let taken = 0;
  fc.assert(
    fc.property(patternText, pathText, (text, path) => {
      if (reference(text, path)) taken += 1;
      assert.is(pattern(text).matches(path), reference(text, path), `${text} ${path}`);
    }),
    { numRuns: 20_000, seed: 7 },
  );
  assert.ok(taken > 500, `only ${taken} were taken`);
});

test('a pattern that covers another one takes every path that the other takes', () => {
  let covered = 0;
  fc.assert(
    fc.property(patternText, patternText, pathText, (wide, narrow, path) => {
      if (!covers(pattern(wide), pattern(narrow))) return;
      covered += 1;
      if (pattern(narrow).matches(path)) assert.ok(pattern(wide).matches(path), `${wide} ${narrow} ${path}`);
    }),
    { numRuns: 50_000, seed: 7 },
  );
  assert.ok(covered > 500, `only ${covered} were covered`);
});

test('a wide pattern covers a narrow one, and not the other way round', () => {
  for (const [wide, narrow] of [
    ['/orders/**', '/orders/*/accept'],
    ['/orders/**', '/orders/{id}'],
    ['/orders/**', '/orders'],
    ['/**', '/orders/**'],
    ['/orders/*', '/orders/{id}'],
    ['/orders/{id}/x', '/orders/1/x'],
  ] as const) {
    assert.ok(covers(pattern(wide), pattern(narrow)), `${wide} ${narrow}`);
    assert.not.ok(covers(pattern(narrow), pattern(wide)), `${narrow} ${wide}`);
  }
});

test.run();
