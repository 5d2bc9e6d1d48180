import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startKakao } from '../../src/kakao/server.ts';
import { askKakao, from, kakaoKey, kakaoLines, pfId } from '../harness/kakao.ts';
import { tempFolder } from '../harness/temp-folder.ts';

type Context = { ledger: string; url: string; clock: { at: number }; again(): Promise<void>; end(): Promise<void> };
const test = suite<Context>('message provider');

const templates = [
  { id: 'placed', text: '주문 #{order}: #{total}원' },
  { id: 'plain', text: 'Nothing to fill in.' },
];

test.before.each(async (context) => {
  const folder = tempFolder();
  const clock = { at: Date.now() };
  const ledger = folder.file('ledger.jsonl');
  const start = () =>
    startKakao({
      ...{ port: 0, ledger, ...kakaoKey, templates, pfId, from, hungForMs: 20 },
      now: () => clock.at,
      random: () => 0,
    });
  let running = await start();
  const again = async () => {
    await running.close();
    running = await start();
    context.url = running.url;
  };
  const end = async () => {
    await running.close();
    folder.remove();
  };
  Object.assign(context, { ledger, url: running.url, clock, again, end });
});
test.after.each(({ end }) => end());

const sending = '/messages/v4/send-many/detail';
const alimtalk = (rest: object = {}, options: object = {}) => ({
  to: '01012345678',
  from,
  type: 'ATA',
  kakaoOptions: { pfId, templateId: 'placed', variables: { '#{order}': 'o1', '#{total}': '9,000' }, ...options },
  customFields: { reference: 'r1' },
  ...rest,
});
const send = (url: string, ...messages: object[]) =>
  askKakao(url, sending, { messages, allowDuplicates: true, showMessageList: true });

test('a message that is as it was registered is accepted, answered for, and on the ledger', async ({ url, ledger }) => {
  const { status, json } = await send(url, alimtalk());
  assert.is(status, 200);
  assert.equal(json.failedMessageList, []);
  assert.is(json.groupInfo.count.registeredSuccess, 1);
  const [{ messageId, ...taken }] = json.messageList;
  assert.match(taken.statusCode, '2000');
  assert.equal(taken.customFields, { reference: 'r1' });
  const [line, ...others] = kakaoLines(ledger);
  assert.is(others.length, 0);
  assert.is(line?.messageId, messageId);
  assert.is(line?.text, '주문 o1: 9,000원');
  assert.equal(line?.variables, { '#{order}': 'o1', '#{total}': '9,000' });
});

const wrong: [title: string, message: object][] = [
  ['a recipient who is no number', alimtalk({ to: '010-1234-5678' })],
  ['a sender who is no number', alimtalk({ from: 'baedal' })],
  ['a sender who is not registered', alimtalk({ from: '0299999999' })],
  ['another channel', alimtalk({}, { pfId: 'KA01PFOTHER' })],
  ['a template that there is not', alimtalk({}, { templateId: 'cooked' })],
  ['a variable too few', alimtalk({}, { variables: { '#{order}': 'o1' } })],
  ['a variable too many', alimtalk({}, { variables: { '#{order}': 'o1', '#{total}': '9,000', '#{rider}': 'han' } })],
  ['a variable without its braces', alimtalk({}, { variables: { order: 'o1', total: '9,000' } })],
  ['a text that is not that of the template', alimtalk({ text: '주문 o1: 9,000 원' })],
  ['no template at all', alimtalk({ kakaoOptions: undefined })],
  ['a short message that is too long', alimtalk({ type: 'SMS', kakaoOptions: undefined, text: '가'.repeat(46) })],
  ['a long message that is too long', alimtalk({ type: 'LMS', kakaoOptions: undefined, text: '가'.repeat(1_001) })],
  ['a text message without a text', alimtalk({ type: 'SMS', kakaoOptions: undefined })],
];
for (const [title, message] of wrong)
  test(`${title} is refused, and the others in the same request are not`, async ({ url, ledger }) => {
    const { status, json } = await send(url, message, alimtalk({ customFields: { reference: 'r2' } }));
    assert.is(status, 200);
    assert.is(json.failedMessageList.length, 1);
    assert.match(json.failedMessageList[0].statusCode, /^1\d{3}$/);
    assert.equal(json.failedMessageList[0].customFields, { reference: 'r1' });
    assert.equal(
      kakaoLines(ledger).map(({ customFields }) => customFields),
      [{ reference: 'r2' }],
    );
  });

test('a text that is that of the template may be given too', async ({ url }) => {
  const { json } = await send(url, alimtalk({ text: '주문 o1: 9,000원' }));
  assert.equal(json.failedMessageList, []);
});

test('a recipient named twice is refused unless that is allowed', async ({ url, ledger }) => {
  const { json } = await askKakao(url, sending, { messages: [alimtalk(), alimtalk()] });
  assert.is(json.failedMessageList.length, 1);
  assert.is(json.messageList, undefined, 'nobody asked for it');
  assert.is(kakaoLines(ledger).length, 1);
});

const badSignatures: [title: string, status: number, code: string, how: Parameters<typeof askKakao>[3]][] = [
  ['another key', 403, 'InvalidAPIKey', { key: 'NCSOTHER' }],
  ['another secret', 403, 'SignatureDoesNotMatch', { secret: 'guessed' }],
  ['a date of yesterday', 403, 'RequestTimeTooSkewed', { date: new Date(Date.now() - 86_400_000).toISOString() }],
  ['a date that is none', 403, 'RequestTimeTooSkewed', { date: 'today' }],
  ['a salt that is too short', 401, 'Unauthorized', { salt: 'salt' }],
];
for (const [title, status, code, how] of badSignatures)
  test(`${title} is turned away`, async ({ url, ledger }) => {
    const said = await askKakao(url, sending, { messages: [alimtalk()] }, how);
    assert.is(said.status, status);
    assert.is(said.json.errorCode, code);
    assert.type(said.json.errorMessage, 'string');
    assert.equal(kakaoLines(ledger), []);
  });

test('a salt is taken once', async ({ url }) => {
  const how = { salt: 'the-same-salt-twice' };
  assert.is((await askKakao(url, '/messages/v4/list', undefined, how)).status, 200);
  const said = await askKakao(url, '/messages/v4/list', undefined, how);
  assert.is(said.status, 403);
  assert.is(said.json.errorCode, 'DuplicatedSignature');
});

test('what is no request is answered in the same form', async ({ url }) => {
  assert.is((await askKakao(url, sending, { messages: [] })).json.errorCode, 'ValidationError');
  assert.is((await askKakao(url, sending, [])).status, 400);
  assert.is((await askKakao(url, '/messages/v4/nothing')).status, 404);
});

test('what was accepted is listed by recipient and time, a page at a time, also after a restart', async (context) => {
  const { clock } = context;
  const start = clock.at;
  for (const [i, to] of ['01000000001', '01000000002', '01000000001', '01000000001'].entries()) {
    clock.at = start + i * 1_000;
    await send(context.url, alimtalk({ to, customFields: { reference: `r${i}` } }));
  }
  await context.again();
  const list = async (query: object) => {
    const path = `/messages/v4/list?${new URLSearchParams(query as Record<string, string>)}`;
    return (await askKakao(context.url, path)).json;
  };
  const references = (json: { messageList: Record<string, { customFields: { reference: string } }> }) =>
    Object.values(json.messageList).map(({ customFields }) => customFields.reference);
  const first = await list({ to: '01000000001', limit: '2' });
  assert.equal(references(first), ['r3', 'r2']);
  const second = await list({ to: '01000000001', limit: '2', startKey: first.nextKey });
  assert.equal(references(second), ['r0']);
  assert.is(second.nextKey, null);
  const later = await list({ to: '01000000001', startDate: new Date(start + 1_000).toISOString() });
  assert.equal(references(later), ['r3', 'r2']);
});

test('it can be limited, fail, hang and lose its answers', async ({ url, ledger }) => {
  const control = async (knobs: object) =>
    (
      await fetch(`${url}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(knobs),
      })
    ).json();
  await control({ limit: 1 });
  assert.is((await send(url, alimtalk())).status, 200);
  const limited = await send(url, alimtalk());
  assert.is(limited.status, 429);
  assert.is(limited.headers.get('retry-after'), '1');

  await control({ limit: null, failRate: 1, failWith: 503 });
  assert.is((await send(url, alimtalk())).status, 503);
  assert.is(kakaoLines(ledger).length, 1);

  await control({ failRate: 0, loseRate: 1 });
  await send(url, alimtalk()).then(
    () => assert.unreachable('its answer was to be lost'),
    () => assert.is(kakaoLines(ledger).length, 2),
  );
  await control({ loseRate: 0, refuseRate: 1 });
  assert.is((await send(url, alimtalk())).json.failedMessageList.length, 1);
  assert.match(((await control({ speed: 1 })) as { errorMessage: string }).errorMessage, /"speed" is no knob/);
});

test.run();
