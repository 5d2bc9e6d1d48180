import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCatalog } from '../../src/catalog/load-catalog.ts';
import { BadFile } from '../../src/yaml/bad-file.ts';
import { asNobody } from '../harness/as-nobody.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const folder = tempFolder();
const file = folder.file('catalog.yaml');
test.after(folder.remove);

const load = (content: string | Uint8Array) => {
  writeFileSync(file, content);
  return loadCatalog(file);
};

function failure(run: () => unknown): BadFile {
  try {
    run();
  } catch (thrown) {
    assert.instance(thrown, BadFile);
    return thrown as BadFile;
  }
  throw new Error('Expected a BadFile.');
}

/** The lines about the mistakes, without the file they all name. */
const mistakesOf = (content: string | Uint8Array): string[] => {
  const [head, ...lines] = failure(() => load(content)).message.split('\n');
  assert.match(head!, 'The catalogue cannot be used');
  for (const line of lines) assert.ok(line.startsWith(`  ${file}:`), line);
  return lines.map((line) => line.slice(`  ${file}:`.length));
};

const won = 'a whole number of won, 100 to 10,000,000, in digits only';

test('the catalogue that comes with baedal is good, and has something for every case', () => {
  const { stores } = loadCatalog(fileURLToPath(new URL('../../data/catalog.yaml', import.meta.url)));
  assert.ok(stores.length >= 7);
  assert.ok(stores.every((store) => store.items.length >= 6));
  assert.ok(stores.some((store) => store.autoAccept) && stores.some((store) => !store.autoAccept));
  assert.ok(stores.some((store) => store.items.some((item) => item.soldOut)));
  assert.ok(stores.every((store) => /[가-힣]/.test(store.name.ko) && /^\P{Script=Hangul}+$/u.test(store.name.en)));
});

test('gives every field its unit, and what is left out its default', () => {
  const menu = load(`
stores:
  - id: a
    name: {ko: 가게, en: Shop}
    autoAccept: false
    prepMinutes: 10
    rideMinutes: 0.5
    items:
      - {id: x, name: 김밥, priceWon: 4000, soldOut: true}
      - {id: y, name: 라면, priceWon: 5000, prepMinutes: 3}
  - {id: b, name: B, items: [{id: x, name: X, priceWon: 100}]}
`);
  assert.equal(menu.stores, [
    {
      storeId: 'a',
      name: { ko: '가게', en: 'Shop' },
      autoAccept: false,
      rideMs: 30_000,
      items: [
        { itemId: 'x', name: { ko: '김밥', en: '김밥' }, priceWon: 4_000, soldOut: true, prepMs: 600_000 },
        { itemId: 'y', name: { ko: '라면', en: '라면' }, priceWon: 5_000, soldOut: false, prepMs: 180_000 },
      ],
    },
    {
      storeId: 'b',
      name: { ko: 'B', en: 'B' },
      autoAccept: true,
      rideMs: 900_000,
      items: [{ itemId: 'x', name: { ko: 'X', en: 'X' }, priceWon: 100, soldOut: false, prepMs: 900_000 }],
    },
  ]);
});

test('lists all mistakes with line, column, field, what was found and what was expected', () => {
  const mistakes = mistakesOf(`stores:
  - id: Big Shop
    nmae: Shop
    items:
      - {id: a, name: A, priceWon: "12,000원"}
      - {id: b, name: "", priceWon: -100}
      - {id: c, name: {ko: 씨}, priceWon: 99.5, soldOut: yes}
      - {id: d, name: 7, priceWon: 20000000, prepMinutes: -1}
      - {id: e, name: E, price: 5}
  - id: s
    name: S
    items: []
`);
  assert.equal(mistakes, [
    '2:5: stores[0].name: missing; expected text of 1 to 80 characters on one line, or {ko: …, en: …}.',
    '2:9: stores[0].id: expected an id of 1 to 40 lower-case letters, digits and hyphens, such as "half-half", found "Big Shop".',
    '3:5: stores[0].nmae: there is no such field. Did you mean "name"?',
    `5:36: stores[0].items[0].priceWon: expected ${won}, found "12,000원".`,
    '6:23: stores[0].items[1].name: expected text of 1 to 80 characters on one line, found "".',
    `6:37: stores[0].items[1].priceWon: expected ${won}, found -100.`,
    '7:23: stores[0].items[2].name.en: missing; expected text of 1 to 80 characters on one line.',
    `7:42: stores[0].items[2].priceWon: expected ${won}, found 99.5.`,
    '7:57: stores[0].items[2].soldOut: expected true or false, found "yes".',
    '8:23: stores[0].items[3].name: expected text of 1 to 80 characters on one line, or {ko: …, en: …}, found 7.',
    `8:36: stores[0].items[3].priceWon: expected ${won}, found 20000000.`,
    '8:59: stores[0].items[3].prepMinutes: expected a number of minutes, 0 to 1,440, found -1.',
    `9:9: stores[0].items[4].priceWon: missing; expected ${won}.`,
    '9:26: stores[0].items[4].price: there is no such field. Did you mean "priceWon"?',
    '12:12: stores[1].items: expected a list of at least one item, found an empty list.',
  ]);
});

test('ids are told apart: between stores, and within a store', () => {
  const item = '{id: x, name: X, priceWon: 1000}';
  assert.equal(
    mistakesOf(`stores:
  - {id: s, name: S, items: [${item}]}
  - id: s
    name: S
    items:
      - ${item}
      - ${item}
`),
    [
      '3:9: stores[1].id: expected an id of its own, found "s", which is taken on line 2.',
      '7:14: stores[1].items[1].id: expected an id of its own, found "x", which is taken on line 6.',
    ],
  );
});

test('a field given twice is named with both lines, and does not hide the other mistakes', () => {
  assert.equal(mistakesOf('stores:\n  - id: s\n    id: t\n    name: S\n    items: 3\n'), [
    '3:5: stores[0].id: given twice; the first is on line 2.',
    '5:12: stores[0].items: expected a list of at least one item, found 3.',
  ]);
});

test('what is not a catalogue at all', () => {
  const stores = 'expected `stores:` and below it the list of stores';
  assert.equal(mistakesOf(''), [` this file is empty; ${stores}.`]);
  assert.equal(mistakesOf('# nothing yet\n'), [` this file is empty; ${stores}.`]);
  assert.equal(mistakesOf('hello'), [`1:1: ${stores}, found "hello".`]);
  assert.equal(mistakesOf('- a'), [`1:1: ${stores}, found a list.`]);
  assert.equal(mistakesOf('stores:'), ['1:8: stores: expected a list of at least one store, found nothing.']);
  assert.equal(mistakesOf('stores: []'), ['1:9: stores: expected a list of at least one store, found an empty list.']);
  assert.equal(mistakesOf('stores: [7]'), ['1:10: stores[0]: expected a store: its id, name and items, found 7.']);
  assert.equal(mistakesOf('{}'), ['1:1: stores: missing; expected a list of at least one store.']);
});

test('what is not YAML is shown with its line', () => {
  for (const [yaml, line] of [
    ['stores:\n  - id: "a\n', 3],
    ['stores:\n\t- id: a\n', 2],
    ['stores: []\n---\nstores: []\n', 2],
    ['stores: !shop []\n', 1],
  ] as const) {
    const [first] = mistakesOf(yaml);
    assert.match(first!, new RegExp(`^${line}:\\d+: this is not YAML: `), yaml);
  }
});

test('an alias of nothing is shown with its line', () => {
  assert.equal(mistakesOf('stores:\n  - *nobody\n'), [
    '2:5: nothing before it is marked &nobody, so *nobody has no meaning.',
  ]);
});

test('aliases are for what repeats, not for filling the memory', () => {
  const shared = `stores:
  - {id: a, name: A, items: &items [{id: x, name: X, priceWon: 1000}]}
  - {id: b, name: B, items: *items}
`;
  assert.equal(load(shared).stores[1]!.items[0]!.priceWon, 1_000);
  const bad = mistakesOf(shared.replace('1000', '1'));
  assert.equal(bad.length, 2);
  assert.ok(
    bad.every((mistake) => mistake.startsWith('2:64: stores[')),
    bad.join('\n'),
  );

  const nine = (of: string) => `[${Array(9).fill(of).join(', ')}]`;
  const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const bomb = levels.map((level, i) => `${level}: &${level} ${nine(i === 0 ? 'x' : `*${levels[i - 1]}`)}\n`).join('');
  assert.equal(mistakesOf(`${bomb}stores: *h\n`), [
    ' this YAML cannot be used: its aliases (*name) repeat too much; write the values out.',
  ]);
  assert.equal(mistakesOf('['.repeat(20_000)), [' this YAML cannot be used: it is nested too deeply.']);
});

test('a name cannot steer the terminal of its readers', () => {
  for (const name of ['a\\u001b[2Jb', 'a\\nb', 'a\\u202eb', ' ', 'x'.repeat(81)]) {
    const [mistake, ...more] = mistakesOf(
      `stores: [{id: s, name: "${name}", items: [{id: x, name: X, priceWon: 100}]}]`,
    );
    assert.match(mistake!, /^1:24: stores\[0\]\.name: expected text of 1 to 80 characters on one line, found "/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.not.match(mistake!, /[\u0000-\u001f\u202e]/);
    assert.equal(more, []);
  }
});

test('fields that objects inherit are as unknown as others', () => {
  const [first] = mistakesOf('stores: [{id: s, name: S, items: [{id: x, name: X, priceWon: 100}]}]\n__proto__: {}\n');
  assert.is(first, '2:1: __proto__: there is no such field. The fields here are stores.');
});

test('a file that cannot be read says why', () => {
  const why = (path: string) => failure(() => loadCatalog(path)).message.split('\n')[1];
  assert.is(why(folder.file('none.yaml')), `  ${folder.file('none.yaml')}: there is no such file.`);
  assert.is(why(folder.path), `  ${folder.path}: this is a directory; name a YAML file in it.`);
  assert.is(why('/dev/null'), '  /dev/null: this is not a regular file; name a YAML file.');
  writeFileSync(file, '');
  truncateSync(file, 5_000_001);
  assert.is(why(file), `  ${file}: expected a file of at most 5 MB, found 5.0 MB.`);
  assert.equal(mistakesOf(Uint8Array.of(0xb0, 0xa1)), [' this file is not UTF-8 text; save it as UTF-8.']);
  chmodSync(folder.path, 0o755);
  chmodSync(file, 0o000);
  assert.is(
    asNobody(() => why(file)),
    `  ${file}: this file may not be read; change its permissions.`,
  );
});

test('a file full of mistakes gives a message one can still read, and all of them to programs', () => {
  const error = failure(() => load(`stores: [${'7,'.repeat(1_000)}]`));
  assert.is(error.mistakes.length, 1_000);
  assert.is(error.message.split('\n').length, 52);
  assert.match(error.message, /… and 950 more\.$/);
  assert.is(error.code, 'bad-catalog');
  assert.is(error.retry, false);
});

test.run();
