import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Running } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { kakaoEnv, kakaoLines, type RunningKakao, startKakao } from '../harness/kakao.ts';
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

type Context = {
  folder: TempFolder;
  ledger: string;
  kakao: RunningKakao;
  shop: Stage;
  running: Running[];
  up: Stage['up'];
};
const test = suite<Context>('a platform that tells people by KakaoTalk');

test.before.each(async (context) => {
  const folder = tempFolder();
  const ledger = folder.file('ledger.jsonl');
  const kakao = await startKakao(ledger);
  const shop = stage('sqlite:', { autoAccept: true });
  Object.assign(shop.env, kakaoEnv);
  const contacts = folder.file('contacts.yaml');
  writeFileSync(contacts, 'kim: {phone: "010-1234-5678", lang: en}\nowner:noodle-bar: {phone: "02-333-4444"}\n');
  const settings = folder.file('kakao.yaml');
  writeFileSync(settings, 'settleSeconds: 4\n');
  const words = ['--quiet', '--kakao', kakao.url, '--kakao-file', settings, '--contacts', contacts];
  const running: Running[] = [];
  const up = async (...args: string[]) => {
    const one = await shop.up(...words, ...args);
    running.push(one);
    return one;
  };
  Object.assign(context, { folder, ledger, kakao, shop, running, up });
});
test.after.each(async ({ folder, kakao, shop, running }) => {
  for (const one of running) await one.kill('SIGKILL');
  await kakao.kill();
  await shop.cleanUp();
  folder.remove();
});

/** What was sent of an order: to whom, and by which template. */
const sentOf = (ledger: string, orderId: string): string[] =>
  kakaoLines(ledger)
    .filter(({ variables }) => variables?.['#{order}'] === orderId)
    .map(({ to, templateId }) => `${to} ${templateId}`)
    .sort();

const customer = (...templates: string[]) => templates.map((name) => `01012345678 ${name}-en`);
const owner = (...templates: string[]) => templates.map((name) => `023334444 ${name}-ko`);

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

test('what the provider took just before a kill -9 is not sent again', async ({ ledger, kakao, shop, up }) => {
  await kakao.control({ latencyMs: 60_000 });
  const first = await up('--manual');
  assert.is((await shop.run(...order('--order-id', 'cut-1'))).code, 0);
  await eventually(() => assert.is(kakaoLines(ledger).length, 2)); // taken, and the answer is still on its way
  await first.kill('SIGKILL');
  await kakao.control({ latencyMs: 0 });
  await up('--manual');
  await eventually(async () => {
    const { data } = await shop.json('notifications', '--order', 'cut-1');
    assert.equal(
      data.map(({ recipient, channel }: { recipient: string; channel: string }) => `${recipient} ${channel}`).sort(),
      ['kim kakaotalk', 'owner:noodle-bar kakaotalk'],
    );
  });
  assert.is((await shop.run('kitchen', 'accept', 'cut-1')).code, 0);
  await eventually(() => assert.is(kakaoLines(ledger).length, 3));
  assert.equal(sentOf(ledger, 'cut-1'), [
    ...customer('order-accepted', 'order-placed'),
    ...owner('owner-order-placed'),
  ]);
});

test('what the provider takes only after a kill -9 is waited for, and not sent again', async ({
  ledger,
  kakao,
  shop,
  up,
}) => {
  await kakao.control({ hangRate: 1 });
  const first = await up('--manual');
  assert.is((await shop.run(...order('--order-id', 'late-1'))).code, 0);
  await eventually(async () => assert.ok((await kakao.control()).hung > 0));
  await first.kill('SIGKILL');
  await kakao.control({ hangRate: 0 });
  await up('--manual');
  await eventually(async () => assert.is((await shop.json('notifications', '--order', 'late-1')).data.length, 2));
  await sleep(2_000); // what hangs is done 2 s later, if we were sure too early
  assert.equal(sentOf(ledger, 'late-1'), [...customer('order-placed'), ...owner('owner-order-placed')]);
});

test('what the provider never had is sent after a kill -9, once it is sure', async ({ ledger, kakao, shop, up }) => {
  await kakao.control({ failRate: 1 });
  const first = await up('--manual');
  assert.is((await shop.run(...order('--order-id', 'lost-1'))).code, 0);
  await eventually(async () => assert.ok((await kakao.control()).failed > 0));
  await first.kill('SIGKILL');
  await kakao.control({ failRate: 0 });
  await up('--manual');
  await eventually(async () => assert.is((await shop.json('notifications', '--order', 'lost-1')).data.length, 2), {
    withinMs: 30_000,
  });
  assert.equal(sentOf(ledger, 'lost-1'), [...customer('order-placed'), ...owner('owner-order-placed')]);
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
