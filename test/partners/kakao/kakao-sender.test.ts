import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { calm } from '../../../src/kakao/knobs.ts';
import { startKakao as startKakaoHere } from '../../../src/kakao/server.ts';
import { certainlyNot } from '../../../src/partners/kakao/kakao-provider.ts';
import { registrationsOf } from '../../../src/partners/kakao/template-check.ts';
import { eventually } from '../../harness/eventually.ts';
import { kakaoKey, kakaoLines, type RunningKakao, startKakao } from '../../harness/kakao.ts';
import { type TempFolder, tempFolder } from '../../harness/temp-folder.ts';
import { delivered, kim, lee, openSender, owner, placed, recorded, rejected, type StageOptions } from './stage.ts';

type Context = {
  folder: TempFolder;
  sent: string;
  open(options?: StageOptions): ReturnType<typeof openSender>;
  opened: ReturnType<typeof openSender>[];
  lines(): ReturnType<typeof kakaoLines>;
};
const test = suite<Context>('messages by KakaoTalk, with a provider of its own process');

let kakao: RunningKakao;
const home = tempFolder();
const ledger = home.file('ledger.jsonl');

test.before(async () => {
  kakao = await startKakao(ledger);
});
test.after(async () => {
  await kakao.kill();
  home.remove();
});
test.before.each(async (context) => {
  await kakao.control(calm);
  const before = kakaoLines(ledger).length;
  const folder = tempFolder();
  const sent = folder.file('sent.sqlite');
  const opened: ReturnType<typeof openSender>[] = [];
  const open = (options?: StageOptions) => {
    const sender = openSender(kakao.url, sent, options);
    opened.push(sender);
    return sender;
  };
  Object.assign(context, { folder, sent, open, opened, lines: () => kakaoLines(ledger).slice(before) });
});
test.after.each(({ opened, folder }) => {
  for (const sender of opened) sender.close();
  folder.remove();
});

/** A provider that does what ours does not. */
async function listening(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test('everybody is told by KakaoTalk, in Korean unless they chose English', async ({ open, lines, sent }) => {
  const sender = open();
  const answer = await sender.notify({ orderId: 'o1', notices: [placed('kim'), placed('lee')] });
  assert.equal(answer, {
    orderId: 'o1',
    channel: 'kakaotalk',
    notices: [
      {
        recipient: 'kim',
        about: 'placed',
        channel: 'kakaotalk',
        text: '[바삭치킨 강남점] 주문이 접수됐어요. 후라이드 ×2 · 38,000원 (주문번호 o1)',
      },
      {
        recipient: 'lee',
        about: 'placed',
        channel: 'kakaotalk',
        text: '[Crispy Chicken] We have your order: Fried ×2, 38,000 won (order o1).',
      },
    ],
  });
  assert.equal(
    lines().map(({ type, to, templateId, variables, disableSms }) => ({ type, to, templateId, variables, disableSms })),
    [
      {
        type: 'ATA',
        to: kim,
        templateId: 'order-placed-ko',
        variables: {
          '#{store}': '바삭치킨 강남점',
          '#{basket}': '후라이드 ×2',
          '#{total}': '38,000',
          '#{order}': 'o1',
        },
        disableSms: false,
      },
      {
        type: 'ATA',
        to: lee,
        templateId: 'order-placed-en',
        variables: { '#{store}': 'Crispy Chicken', '#{basket}': 'Fried ×2', '#{total}': '38,000', '#{order}': 'o1' },
        disableSms: false,
      },
    ],
  );
  assert.equal(
    lines().map(({ text }) => text),
    answer.notices.map(({ text }) => text),
    'what is recorded is what was sent',
  );
  const [first] = recorded(sent);
  assert.is(first?.channel, 'kakaotalk');
  assert.is(first?.why, null);
  assert.is(first?.messageId, lines().find(({ to }) => to === (first?.recipient === 'kim' ? kim : lee))?.messageId);
});

test('each is told once, however often it is asked for and whoever asks', async ({ open, lines }) => {
  const first = open();
  const request = { orderId: 'o1', notices: [placed(), delivered()] };
  const answer = await first.notify(request);
  assert.equal(await first.notify(request), answer);
  first.close();
  assert.equal(await open().notify(request), answer);
  assert.is(lines().length, 2);
});

test('who is not in the address book is told by the last channel, in the language of the platform, and the ledger says why', async (context) => {
  const sender = context.open();
  const told = await sender.tell(placed('choi'));
  assert.is(told.channel, 'console');
  assert.match(told.text, 'We have your order: Fried ×2, 38,000 won (order o1).');
  assert.equal(sender.printed, [`choi ← ${told.text}`]);
  assert.equal(context.lines(), []);
  assert.is(recorded(context.sent)[0]?.why, 'not in the address book');
});

test('who has no phone in the address book is told by the last channel, in their language', async (context) => {
  const sender = context.open({ contacts: { choi: { lang: 'ko' } } });
  const told = await sender.tell(delivered('choi'));
  assert.is(told.channel, 'console');
  assert.match(told.text, '맛있게 드세요');
  assert.is(recorded(context.sent)[0]?.why, 'no phone in the address book');
});

test('a notice of an older version, without a template, goes as a text message', async ({ open, lines }) => {
  const told = await open().tell({ recipient: 'kim', about: 'placed', text: 'We have your order.' });
  assert.equal([told.channel, told.text], ['text', 'We have your order.']);
  assert.equal(
    lines().map(({ type, text }) => [type, text]),
    [['SMS', 'We have your order.']],
  );
});

test('so does one with a template that this version does not know', async ({ open, lines }) => {
  const template = { name: 'order-on-the-moon', variables: {} };
  const told = await open().tell({ recipient: 'kim', about: 'placed', text: 'We have your order.', template });
  assert.is(told.channel, 'text');
  assert.is(lines()[0]?.text, 'We have your order.');
});

test('what is too long for KakaoTalk goes as a long text message, and what is too long for that is cut', async (context) => {
  const told = await context.open().tell(rejected('가'.repeat(1_500)));
  assert.is(told.channel, 'text');
  assert.ok(told.text.endsWith('…'));
  assert.equal(
    context.lines().map(({ type, text }) => [type, text]),
    [['LMS', told.text]],
  );
  assert.match(recorded(context.sent)[0]?.why ?? '', 'longer than 1000 characters');
});

test('what KakaoTalk refuses for good goes as a text message, with the same words', async ({ open, lines, sent }) => {
  await kakao.control({ refuseRate: 1 });
  const sender = open();
  const told = await sender.tell(delivered());
  assert.equal([told.channel, told.text], ['text', '주문 o1이(가) 도착했어요. 맛있게 드세요!']);
  assert.equal(
    lines().map(({ type, text }) => [type, text]),
    [['SMS', told.text]],
  );
  assert.is(recorded(sent)[0]?.why, 'kakaotalk: 1051, The Alimtalk was refused.');
  assert.equal(sender.faults, ['a message did not go by kakaotalk: 1051, The Alimtalk was refused.']);
});

test('who has no KakaoTalk is sent a text message: by us, or by the provider where that may', async ({
  open,
  lines,
}) => {
  await kakao.control({ strangers: [kim] });
  assert.is((await open({ disableSms: true }).tell(placed())).channel, 'text');
  assert.is((await open({ disableSms: false }).tell(delivered())).channel, 'kakaotalk');
  assert.equal(
    lines().map(({ type, disableSms }) => [type, disableSms]),
    [
      ['SMS', undefined],
      ['ATA', false],
    ],
  );
});

test('a text message is not taken for the KakaoTalk message before it, which the provider lists as refused', async ({
  sent,
}) => {
  // Ours lists only what it took, and answers what it was asked.
  const list: Record<string, object> = {};
  const provider = await listening(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'GET') return response.end(JSON.stringify({ messageList: list }));
    const [message] = JSON.parse(body).messages as [{ type: string; customFields: object }];
    const { type, customFields } = message;
    const said = { messageId: `M-${type}`, customFields, statusCode: type === 'ATA' ? '1051' : '2000' };
    list[said.messageId] = { ...said, reason: 'as it is' };
    if (type !== 'ATA') return request.socket.destroy(); // it has it, and the answer is lost
    response.end(JSON.stringify({ failedMessageList: [{ ...said, statusMessage: 'refused' }], messageList: [] }));
  });
  const sender = openSender(provider.url, sent);
  try {
    assert.is((await sender.tell(delivered())).channel, 'text');
    assert.equal(sender.printed, []);
    assert.is(recorded(sent)[0]?.messageId, 'M-SMS');
  } finally {
    sender.close();
    provider.close();
  }
});

test('what was told and could not be written, as on a full disk, is not told again by the same process', async (context) => {
  const { open, sent, lines } = context;
  const sender = open();
  const disk = new Sqlite(sent);
  disk.exec("CREATE TRIGGER full BEFORE INSERT ON sent BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  for (const recipient of ['choi', 'kim'])
    for (let tries = 0; tries < 3; tries++)
      await sender.notify({ orderId: 'o1', notices: [placed(recipient)] }).then(
        () => assert.unreachable('it could not be written'),
        (error: Error) => assert.is(error.message, 'disk full'),
      );
  disk.exec('DROP TRIGGER full');
  disk.close();
  assert.is((await sender.tell(placed('choi'))).channel, 'console');
  assert.is((await sender.tell(placed('kim'))).channel, 'kakaotalk');
  assert.is(sender.printed.length, 1);
  assert.is(lines().length, 1);
  assert.is(recorded(sent).length, 2);
});

test('a number that nobody can be reached at comes to the last channel', async ({ open, sent }) => {
  const sender = open({ contacts: { kim: { phone: '123' } } });
  assert.is((await sender.tell(delivered())).channel, 'console');
  assert.match(recorded(sent)[0]?.why ?? '', /^kakaotalk: 1020, .*; text: 1020, /);
});

test('a provider that is down is tried a few times, then people are told by the last channel', async ({
  open,
  lines,
}) => {
  await kakao.control({ failRate: 1, failWith: 503 });
  const asked = (await kakao.control()).asked;
  const sender = open();
  assert.is((await sender.tell(delivered())).channel, 'console');
  assert.equal(lines(), []);
  const tries = (await kakao.control()).asked - asked;
  assert.ok(tries >= 3 && tries <= 6, `it was asked ${tries} times`);
});

test('a provider that is down for a moment is tried again', async ({ open, lines }) => {
  await kakao.control({ failRate: 1, failWith: 503 });
  const telling = open().tell(delivered());
  await sleep(30);
  await kakao.control({ failRate: 0 });
  assert.is((await telling).channel, 'kakaotalk');
  assert.is(lines().length, 1);
});

test('the breaker opens on faults in a row, and nobody is asked until it lets one try', async ({ open }) => {
  await kakao.control({ failRate: 1, failWith: 503 });
  const sender = open({ faultsToOpen: 2, openMs: 1_500 });
  assert.is((await sender.tell(placed())).channel, 'console');
  assert.equal(sender.breaker, ['open']);
  const { asked } = await kakao.control({ failRate: 0 });
  assert.is((await sender.tell(delivered())).channel, 'console');
  assert.is((await kakao.control()).asked, asked, 'it was left alone');
  await sleep(1_600);
  assert.is((await sender.tell(rejected('No.'))).channel, 'kakaotalk');
  assert.equal(sender.breaker, ['open', 'half-open', 'closed']);
});

test('a provider that has had enough is asked again when it said, and nothing is lost or sent twice', async (context) => {
  const sender = context.open({ atOnce: 1 });
  await kakao.control({ limit: 2 });
  const orders = Array.from({ length: 6 }, (_, i) => `o${i}`);
  const told: Promise<{ channel?: string }>[] = [];
  for (const order of orders) {
    told.push(sender.tell(delivered('kim', order), order));
    await sleep(5);
  }
  for (const { channel } of await Promise.all(told)) assert.is(channel, 'kakaotalk');
  assert.equal(
    context
      .lines()
      .map(({ variables }) => variables?.['#{order}'])
      .sort(),
    orders,
  );
});

test('a provider that has had enough is left alone for as long as it said', async ({ open, lines }) => {
  const sender = open();
  await kakao.control({ limit: 1 });
  const { turnedAway } = await kakao.control();
  await sender.tell(placed());
  await sender.tell(delivered());
  await sender.tell(rejected('No.'));
  assert.is(lines().length, 3);
  const more = (await kakao.control()).turnedAway - turnedAway;
  assert.ok(more <= 3, `it was bothered ${more} times`); // once by each
});

test('a provider that wants to be left alone for long holds nobody up', async ({ sent }) => {
  let asked = 0;
  const provider = await listening((_request, response) => {
    asked++;
    response.writeHead(429, { 'retry-after': '60' }).end('{}');
  });
  const sender = openSender(provider.url, sent);
  try {
    const request = { orderId: 'o1', notices: [delivered(), placed('lee')] };
    const told = await Promise.race([sender.notify(request), sleep(20_000)]);
    assert.equal(
      told?.notices.map(({ channel }) => channel),
      ['console', 'console'],
    );
    assert.is(asked, 1);
    assert.match(recorded(sent)[0]?.why ?? '', /^kakaotalk: .* takes no more for now.*; text: .* takes no more/);
    const looking = sender.provider.find({ to: kim, reference: 'r1', sinceMs: Date.now() }).catch((error) => error);
    assert.is((await Promise.race([looking, sleep(20_000)]))?.code, 'kakao-overloaded');
    assert.is(asked, 1);
  } finally {
    sender.close();
    provider.close();
  }
});

test('while one request tries whether the provider works again, nobody else waits for it', async ({ open, lines }) => {
  await kakao.control({ failRate: 1, failWith: 503 });
  const sender = open({ faultsToOpen: 1, openMs: 300, deadlineMs: 10_000 });
  await sender.tell(placed());
  await sleep(350);
  await kakao.control({ failRate: 0, hangRate: 1 });
  const { hung } = await kakao.control();
  const trying = sender.notify({ orderId: 'o1', notices: [delivered()] }).catch(() => undefined);
  await eventually(async () => (await kakao.control()).hung > hung);
  const other = sender.tell(rejected('No.'));
  const first = await Promise.race([other, trying, sleep(5_000)]);
  assert.equal(first, await other);
  assert.is((await other).channel, 'console');
  sender.close();
  await trying;
  await eventually(() => assert.is(lines().length, 1)); // not in the middle of the next test
});

test('a fault of which nobody knows how far it came is looked into, and the message sent once', async (context) => {
  const { failed } = await kakao.control({ failRate: 1, failWith: 500 });
  const sender = context.open({ settleMs: 400, deadlineMs: 2_000, faultsToOpen: 100 });
  const telling = sender.tell(delivered());
  await eventually(async () => (await kakao.control()).failed > failed);
  await kakao.control({ failRate: 0 });
  assert.is((await telling).channel, 'kakaotalk');
  assert.is(context.lines().length, 1);
});

test('an answer that was lost is looked for, and the message not sent again', async ({ open, lines, sent }) => {
  await kakao.control({ loseRate: 1 });
  const sender = open();
  const telling = sender.tell(delivered());
  assert.is((await telling).channel, 'kakaotalk');
  assert.is(lines().length, 1);
  assert.is(recorded(sent)[0]?.messageId, lines()[0]?.messageId);
});

test('also where the clock of the provider is as far behind ours as it allows', async ({ folder, sent }) => {
  const file = folder.file('behind.jsonl');
  const behind = await startKakaoHere({
    ...{ port: 0, ledger: file, ...kakaoKey, random: Math.random, knobs: { loseRate: 1 } },
    templates: registrationsOf().map(({ code, text }) => ({ id: code, text })),
    now: () => Date.now() - 14 * 60_000,
  });
  const sender = openSender(behind.url, sent, { settleMs: 1_000 });
  try {
    assert.is((await sender.tell(delivered())).channel, 'kakaotalk');
    assert.is(kakaoLines(file).length, 1);
  } finally {
    sender.close();
    await behind.close();
  }
});

test('a provider that hangs and takes the message late is sent it once', async ({ open, lines }) => {
  const { hung } = await kakao.control({ hangRate: 1 });
  const sender = open({ deadlineMs: 300, settleMs: 15_000 });
  const telling = sender.tell(delivered());
  await eventually(async () => (await kakao.control()).hung > hung);
  await kakao.control({ hangRate: 0 });
  assert.is((await telling).channel, 'kakaotalk');
  await sleep(2_200); // what hangs is done 2 s later, if we were sure too early
  assert.is(lines().length, 1);
});

test('what nobody knows of is not sent by another channel either', async ({ open, lines }) => {
  await kakao.control({ loseRate: 1 });
  const sender = open();
  const request = { orderId: 'o1', notices: [delivered()] };
  await sender.notify(request).catch(() => undefined);
  await kakao.control({ failRate: 1, failWith: 503 }); // now it cannot be asked
  await sender.notify(request).then(
    () => assert.unreachable('it cannot be known'),
    (error: { code: string }) => assert.is(error.code, 'kakao-not-known-yet'),
  );
  assert.equal(sender.printed, []);
  await kakao.control({ failRate: 0, loseRate: 0 });
  assert.is((await sender.tell(delivered())).channel, 'kakaotalk');
  assert.is(lines().length, 1);
});

test('what was not sent in time is not sent any more, as somebody else may be about to', async ({ open, lines }) => {
  const { provider } = open();
  const message = { reference: 'r1', to: kim, content: { text: 'late' } };
  const late = provider.send({ ...message, sendBy: Date.now() - 1 }).catch((error) => error);
  const inTime = provider.send({ ...message, reference: 'r2', sendBy: Date.now() + 10_000 });
  assert.is((await inTime).outcome, 'accepted');
  assert.not.ok(certainlyNot(await late), 'it is to be looked for');
  assert.equal(
    lines().map(({ customFields }) => customFields['reference']),
    ['r2'],
  );
});

test('nor is it said of it that it certainly was not sent, where those who waited with it were not', async ({
  open,
}) => {
  await kakao.control({ failRate: 1, failWith: 503 });
  const { provider } = open();
  const message = { to: kim, content: { text: 'hello' } };
  const all = [Date.now() - 1, Date.now() + 10_000].map((sendBy, i) =>
    provider.send({ ...message, reference: `r${i}`, sendBy }).catch(certainlyNot),
  );
  assert.equal(await Promise.all(all), [false, true]);
});

test('what is new does not wait behind the many that are looked for', async ({ open }) => {
  const { provider } = open({ ratePerS: 20 });
  let looked = 0;
  for (let i = 0; i < 200; i++)
    provider.find({ to: kim, reference: `r${i}`, sinceMs: Date.now() }).then(
      () => looked++,
      () => undefined,
    );
  await eventually(() => assert.ok(looked > 0));
  const message = { reference: 'new', to: kim, sendBy: Date.now() + 60_000, content: { text: 'hello' } };
  assert.is((await provider.send(message)).outcome, 'accepted');
  assert.ok(looked < 100, `${looked} went before it`);
});

test('what waits while the provider is slow travels together, and many are told at once', async ({ open, lines }) => {
  await kakao.control({ latencyMs: 100 });
  const { sendings } = await kakao.control();
  const sender = open();
  const began = performance.now();
  const told = await Promise.all(
    Array.from({ length: 2_000 }, (_, i) => sender.tell(delivered('kim', `o${i}`), `o${i}`)),
  );
  const tookMs = performance.now() - began;
  assert.ok(told.every(({ channel }) => channel === 'kakaotalk'));
  assert.is(new Set(lines().map(({ variables }) => variables?.['#{order}'])).size, 2_000);
  assert.is(lines().length, 2_000);
  const requests = (await kakao.control()).sendings - sendings;
  assert.ok(requests <= 20, `${requests} requests`);
  assert.ok(tookMs < 20_000, `one after the other it takes 200 s, this took ${Math.round(tookMs)} ms`);
});

test('an owner and a customer of one order are told in one request', async ({ open, lines }) => {
  const { sendings } = await kakao.control();
  await open().notify({ orderId: 'o1', notices: [placed(), placed('owner:chicken')] });
  assert.is((await kakao.control()).sendings - sendings, 1);
  assert.equal(
    lines()
      .map(({ to }) => to)
      .sort(),
    [kim, owner].sort(),
  );
});

test.run();
