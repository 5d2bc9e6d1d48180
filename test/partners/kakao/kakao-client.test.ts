import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KakaoClient } from '../../../src/partners/kakao/kakao-client.ts';
import { certainlyNot } from '../../../src/partners/kakao/kakao-provider.ts';
import { from, kakaoKey, pfId } from '../../harness/kakao.ts';

type Request = { method: string; url: string; headers: IncomingHttpHeaders; body: string };
type Reply = { status?: number; headers?: Record<string, string>; body: string } | 'cut';
type Context = { client: KakaoClient; requests: Request[]; reply: { is: Reply }; close(): void };
const test = suite<Context>('requests to the message provider');

const at = Date.parse('2026-07-01T12:00:00.000Z');
const signal = new AbortController().signal;

test.before.each(async (context) => {
  const requests: Request[] = [];
  const reply = { is: { body: JSON.stringify({ failedMessageList: [], groupInfo: {}, messageList: [] }) } as Reply };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      if (reply.is === 'cut') return request.socket.destroy();
      response.writeHead(reply.is.status ?? 200, reply.is.headers).end(reply.is.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let salts = 0;
  const options = { now: () => at, newSalt: () => `salt-of-the-test-${++salts}` };
  const client = new KakaoClient({ url, ...kakaoKey, pfId, from, disableSms: false }, options);
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  Object.assign(context, { client, requests, reply, close });
});
test.after.each(({ close }) => close());

const alimtalk = {
  reference: 'r1',
  to: '01012345678',
  sendBy: at + 1_000,
  content: { templateId: 'KA01TP', variables: { order: 'o1', total: '9,000' } },
};

test('a message has the form that the provider documents, to the letter', async ({ client, requests }) => {
  await client.send(
    [alimtalk, { reference: 'r2', to: '0233334444', sendBy: at, content: { text: 'New order o1' } }],
    signal,
  );
  const [{ method, url, headers, body } = {} as Request] = requests;
  assert.is(method, 'POST');
  assert.is(url, '/messages/v4/send-many/detail');
  assert.is(headers['content-type'], 'application/json');
  assert.equal(JSON.parse(body), {
    messages: [
      {
        to: '01012345678',
        from: '0212345678',
        type: 'ATA',
        kakaoOptions: {
          pfId: 'KA01PFTEST',
          templateId: 'KA01TP',
          variables: { '#{order}': 'o1', '#{total}': '9,000' },
          disableSms: false,
        },
        customFields: { reference: 'r1' },
      },
      { to: '0233334444', from: '0212345678', type: 'SMS', text: 'New order o1', customFields: { reference: 'r2' } },
    ],
    allowDuplicates: true,
    showMessageList: true,
  });
});

test('each request is signed over its date and a salt of its own', async ({ client, requests }) => {
  await client.send([alimtalk], signal);
  await client.send([alimtalk], signal);
  const date = '2026-07-01T12:00:00.000Z';
  for (const [i, { headers }] of requests.entries()) {
    const salt = `salt-of-the-test-${i + 1}`;
    const signature = createHmac('sha256', 'a-secret-of-the-tests')
      .update(date + salt)
      .digest('hex');
    assert.is(
      headers.authorization,
      `HMAC-SHA256 apiKey=NCSTESTKEY, date=${date}, salt=${salt}, signature=${signature}`,
    );
  }
});

test('a text of more than 90 bytes in EUC-KR is a long message', async ({ client, requests }) => {
  const text = (text: string) => ({ reference: text, to: '01012345678', sendBy: at, content: { text } });
  await client.send([text('가'.repeat(45)), text(`${'가'.repeat(45)}.`), text('a'.repeat(90))], signal);
  assert.equal(
    JSON.parse(requests[0]!.body).messages.map(({ type }: { type: string }) => type),
    ['SMS', 'LMS', 'SMS'],
  );
});

test('what was decided on each message is found by its reference', async ({ client, reply }) => {
  const one = (reference: string, statusCode: string) => ({
    messageId: `id-${reference}`,
    statusCode,
    statusMessage: 'said',
    customFields: { reference },
  });
  const body = { failedMessageList: [one('r2', '1032')], groupInfo: {}, messageList: [one('r1', '2000')] };
  reply.is = { body: JSON.stringify(body) };
  const verdicts = await client.send(
    [alimtalk, { ...alimtalk, reference: 'r2' }, { ...alimtalk, reference: 'r3' }],
    signal,
  );
  assert.equal(
    [...verdicts],
    [
      ['r1', { outcome: 'accepted', messageId: 'id-r1' }],
      ['r2', { outcome: 'refused', code: '1032', reason: 'said' }],
    ],
  );
});

test('a request that is refused as a whole refuses each of its messages', async ({ client, reply }) => {
  reply.is = { status: 402, body: '{"errorCode":"NotEnoughBalance","errorMessage":"no money"}' };
  assert.equal(
    [...(await client.send([alimtalk], signal))],
    [['r1', { outcome: 'refused', code: 'NotEnoughBalance', reason: 'no money' }]],
  );
});

test('a message is looked for by recipient and time, page by page', async ({ client, requests, reply }) => {
  const page = (nextKey: string | null, messageList: object) => {
    reply.is = { body: JSON.stringify({ nextKey, limit: 500, messageList }) };
  };
  page(null, { M1: { statusCode: '2000', customFields: { reference: 'other' } }, M2: { statusCode: null } });
  const what = { to: '01012345678', reference: 'r1', sinceMs: at };
  assert.is(await client.find(what, signal), undefined);
  const url = new URL(requests[0]!.url, 'http://any');
  assert.is(url.pathname, '/messages/v4/list');
  assert.equal(Object.fromEntries(url.searchParams), {
    to: '01012345678',
    dateType: 'CREATED',
    startDate: '2026-07-01T11:40:00.000Z',
    limit: '500',
  });
  page(null, { M3: { statusCode: '4000', customFields: { reference: 'r1' } } });
  assert.equal(await client.find(what, signal), { outcome: 'accepted', messageId: 'M3' });
  page(null, { M3: { statusCode: '1032', reason: 'no', customFields: { reference: 'r1' } } });
  assert.equal(await client.find(what, signal), { outcome: 'refused', code: '1032', reason: 'no' });

  requests.length = 0;
  page('M9', {});
  await client.find(what, signal).then(
    () => assert.unreachable('there is no end of pages'),
    (error: { code: string }) => assert.is(error.code, 'kakao-failed'),
  );
  assert.is(new URL(requests[1]!.url, 'http://any').searchParams.get('startKey'), 'M9');
});

const json = (errorCode: string) => JSON.stringify({ errorCode, errorMessage: 'said' });
const faults: [title: string, reply: Reply, code: string, certain: boolean][] = [
  ['a wrong signature', { status: 403, body: json('SignatureDoesNotMatch') }, 'kakao-key-refused', true],
  ['too many requests', { status: 429, headers: { 'retry-after': '3' }, body: '' }, 'kakao-overloaded', true],
  ['a door that is closed', { status: 503, body: '' }, 'kakao-failed', true],
  ['a fault inside', { status: 500, body: json('InternalError') }, 'kakao-failed', false],
  ['a connection that is cut', 'cut', 'kakao-unreachable', false],
  ['a page', { body: '<html>' }, 'kakao-nonsense', false],
  ['other JSON', { body: '{"ok":true}' }, 'kakao-nonsense', false],
  ['a redirect', { status: 302, headers: { location: '/' }, body: '' }, 'kakao-nonsense', true],
  ['a refusal without words', { status: 404, body: '' }, 'kakao-nonsense', true],
];
for (const [title, said, code, certain] of faults)
  test(`${title} is a fault, after which the message is ${certain ? 'certainly not' : 'perhaps'} sent`, async (context) => {
    context.reply.is = said;
    await context.client.send([alimtalk], signal).then(
      () => assert.unreachable('it is a fault'),
      (error: { code: string; retryAfterMs?: number; message: string }) => {
        assert.is(error.code, code);
        assert.is(certainlyNot(error), certain);
        if (code === 'kakao-overloaded') assert.is(error.retryAfterMs, 3_000);
        assert.not.match(error.message, kakaoKey.secret);
      },
    );
  });

test('where nobody listens the message is certainly not sent', async ({ client, close }) => {
  close();
  await client.send([alimtalk], signal).then(
    () => assert.unreachable('it is a fault'),
    (error: { code: string }) => {
      assert.is(error.code, 'kakao-unreachable');
      assert.ok(certainlyNot(error));
    },
  );
});

test.run();
