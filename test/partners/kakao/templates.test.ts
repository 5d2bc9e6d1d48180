import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { render, templates } from '../../../src/actors/notifier/texts.ts';
import { cutToLms, eucKrBytes } from '../../../src/partners/kakao/kakao-message.ts';
import { checkTemplates, registrationsOf } from '../../../src/partners/kakao/template-check.ts';

test('the templates of this version can be registered', () => {
  checkTemplates();
  const registrations = registrationsOf();
  assert.is(registrations.length, 2 * Object.keys(templates).length);
  assert.equal(
    registrations.find(({ code }) => code === 'order-delivered-ko'),
    {
      code: 'order-delivered-ko',
      lang: 'ko',
      text: '주문 #{order}이(가) 도착했어요. 맛있게 드세요!',
      variables: ['order'],
    },
  );
});

const bad: [title: string, ko: string, en: string, says: RegExp][] = [
  [
    'a variable that one language lacks',
    '주문 #{order}',
    'Your order',
    /test-en lacks #\{order\}, which it has in the other language/,
  ],
  ['a variable that is no name', '#{my order}', '#{my order}', /test-ko has #\{my order\}, which is no name/],
  ['a text of 1,001 characters', '가'.repeat(1_001), 'a', /test-ko is longer than 1000 characters/],
  ['an empty text', ' ', 'a', /test-ko is empty/],
];
for (const [title, ko, en, says] of bad)
  test(`${title} is no template`, () => {
    try {
      checkTemplates({ test: { ko, en } });
      assert.unreachable('it cannot be used');
    } catch (error) {
      assert.is((error as { code: string }).code, 'bad-templates');
      assert.match((error as Error).message, says);
    }
  });

test('what is filled in is not looked at for more to fill in', () => {
  const filled = { name: 'order-rejected', variables: { order: 'o1', reason: '#{order} $& $1' } };
  assert.is(render(filled, 'en'), 'Your order o1 was not placed. #{order} $& $1');
  assert.is(render({ name: 'toString', variables: {} }, 'en'), undefined);
});

test('Hangul and signs count as two bytes, and a text is cut where a text message ends', () => {
  assert.is(eucKrBytes('a가×'), 5);
  assert.is(cutToLms('가'.repeat(1_000)), '가'.repeat(1_000));
  const cut = cutToLms('가'.repeat(1_001));
  assert.is(cut, `${'가'.repeat(999)}…`);
  assert.is(eucKrBytes(cut), 2_000);
});

test.run();
