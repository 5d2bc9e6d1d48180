import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { kakaoLines } from '../harness/kakao.ts';
import { customer, type KakaoStage, kakaoStage, owner, sentOf } from './kakao-stage.ts';
import { order } from './platform-under-test.ts';

const test = suite<KakaoStage>('a platform that tells people by KakaoTalk');
test.before.each(async (context) => {
  Object.assign(context, await kakaoStage());
});
test.after.each(({ cleanUp }) => cleanUp());

test('each status of an order is one message to each whom it concerns', async ({ ledger, shop, up }) => {
  const running = await up('--manual');
  assert.match(
    running.stderr(),
    /KakaoTalk: messages go through http:\/\/127\.0\.0\.1:\d+\. Phones are in .*contacts\.yaml\./,
  );
  const say = async (...words: string[]) => assert.is((await shop.run(...words)).code, 0, words.join(' '));

  await say(...order('--order-id', 'eaten-1'));
  await say('kitchen', 'accept', 'eaten-1');
  await say('kitchen', 'cooked', 'eaten-1');
  await say('rider', 'claim', 'eaten-1', '--rider', 'han');
  await say('rider', 'pickup', 'eaten-1');
  await say('rider', 'deliver', 'eaten-1');

  await say(...order('--order-id', 'gone-1'));
  await say('order', 'cancel', 'gone-1');

  await say(...order('--order-id', 'refused-1'));
  await say('kitchen', 'refuse', 'refused-1', '--reason', 'out of noodles');

  assert.is((await shop.run(...order('--order-id', 'declined-1', '--card', 'card-declined'))).code, 4);

  const expected: [orderId: string, sent: string[]][] = [
    [
      'eaten-1',
      [
        ...customer('order-accepted', 'order-cooked', 'order-delivered', 'order-on-the-way', 'order-placed'),
        ...customer('rider-assigned'),
        ...owner('owner-order-placed'),
      ],
    ],
    [
      'gone-1',
      [
        ...customer('order-cancelled', 'order-cancelling', 'order-placed'),
        ...owner('owner-order-cancelled', 'owner-order-placed'),
      ],
    ],
    ['refused-1', [...customer('order-placed', 'order-refused'), ...owner('owner-order-placed')]],
    ['declined-1', customer('order-rejected')],
  ];
  for (const [orderId, sent] of expected) await eventually(() => assert.equal(sentOf(ledger, orderId), sent.sort()));
  const told = await eventually(async () => {
    const { data } = await shop.json('notifications', '--limit', '100');
    assert.is(data.length, 16);
    return data as { channel: string; text: string; recipient: string }[];
  });
  assert.ok(told.every(({ channel }) => channel === 'kakaotalk'));
  assert.equal(
    told.map(({ text }) => text).sort(),
    kakaoLines(ledger)
      .map(({ text }) => text)
      .sort(),
    'what is recorded is what was sent',
  );
  assert.is((await shop.json('audit', '--grace', '0.001')).code, 0);
});

test('a provider that is away holds up no order, and says so', async ({ kakao, shop, up }) => {
  const running = await up();
  await kakao.kill();
  for (const id of ['away-1', 'away-2', 'away-3'])
    assert.is((await shop.run(...order('--order-id', id, '--wait', 'delivered'))).code, 0);
  await running.waitForLine('notifier: breaker: open. Nobody is sent a KakaoTalk message for a moment.');
  await eventually(async () => {
    const { data } = await shop.json('breaker');
    assert.ok(
      data.some(
        ({ partner, state }: { partner: string; state: string }) => partner === 'kakaotalk' && state === 'open',
      ),
    );
  });
  const { data } = await shop.json('system');
  assert.ok(data.breakers.some(({ partner }: { partner: string }) => partner === 'kakaotalk'));
  await eventually(async () => {
    const { data } = await shop.json('notifications', '--order', 'away-3');
    assert.ok(data.length === 7 && data.every(({ channel }: { channel: string }) => channel === 'console'));
  });
});

test.run();
