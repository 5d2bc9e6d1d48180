import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { call, type HttpStage, httpStage, tokenOf } from './stage.ts';

const test = suite('bad requests');

let stage: HttpStage;
let url: string;
let token: string;
test.before(async () => {
  stage = await httpStage(undefined);
  ({ url } = await stage.start('order'));
  token = await tokenOf('customer', 'kim');
  await stage.ready(url);
});
test.after(() => stage.close());

/** What comes back for these bytes. */
function raw(text: string, base = url): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part;
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
    socket.setTimeout(5_000, () => socket.destroy());
  });
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const head = (first: string, ...headers: string[]) =>
  `${[first, 'Host: localhost', 'Connection: close', `Authorization: Bearer ${token}`, ...headers].join('\r\n')}\r\n\r\n`;

test('what is no HTTP, behind a request that is in hand, gets no answer that could be taken for that one', async () => {
  const waits = head('GET /orders/none-1 HTTP/1.1').replace('Connection: close\r\n', '');
  const answer = await raw(`${waits}nonsense\r\n\r\n`);
  assert.is.not(statusOf(answer), 400, answer);
  assert.is(statusOf(await raw('nonsense\r\n\r\n')), 400, 'alone it is answered');
});

test('what is no JSON, or none of ours, is 400 and says which field', async () => {
  const json = { 'content-type': 'application/json' };
  const post = (text: string) => call(url, 'POST', '/orders', { token, text, headers: json });
  for (const [text, what] of [
    ['{', /not JSON/],
    ['', /body is empty/],
    ['[]', /body/],
    ['null', /body/],
    ['"order"', /body/],
    ['{}', /body\.storeId/],
    ['{"storeId":"noodle-bar"}', /body\.lines/],
    ['{"storeId":"noodle-bar","lines":[]}', /body\.lines/],
    ['{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":0}]}', /body\.lines\.0\.quantity/],
    ['{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1.5}]}', /body\.lines\.0\.quantity/],
    ['{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":"2"}]}', /body\.lines\.0\.quantity/],
    ['{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1e99}]}', /body\.lines\.0\.quantity/],
    ['{"storeId":"../x","lines":[{"itemId":"udon","quantity":1}]}', /body\.storeId: it has 1 to 64 letters/],
    ['{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1}],"payLatr":true}', /payLatr/],
    ['{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1}],"orderId":""}', /body\.orderId/],
  ] as const) {
    const { status, body } = await post(text);
    assert.is(status, 400, text);
    assert.match(body.error.message, what);
    assert.is(body.error.retry, false);
  }
});

test('JSON that reaches for the prototype of everything is refused, and changes nothing', async () => {
  for (const text of [
    '{"__proto__":{"role":"operator"},"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1}]}',
    '{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1,"__proto__":{"x":1}}]}',
    '{"constructor":{"prototype":{"x":1}},"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1}]}',
  ]) {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await call(url, 'POST', '/orders', { token, text, headers });
    assert.is(status, 400, JSON.stringify(body));
    assert.is(({} as { x?: number; role?: string }).x, undefined);
    assert.is(({} as { role?: string }).role, undefined);
  }
});

test('what is too large is 413, what is not JSON 415', async () => {
  const large = await call(url, 'POST', '/orders', { token, body: { storeId: 'x'.repeat(70_000) } });
  assert.equal([large.status, large.body.error.code], [413, 'too-large']);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data']) {
    const answer = await call(url, 'POST', '/orders', { token, text: 'a=b', headers: { 'content-type': type } });
    assert.equal([answer.status, answer.body.error.code], [415, 'not-json'], type);
  }
});

test('a path that is not there is 404, one that is not well formed 400; none leads anywhere else', async () => {
  for (const [path, status] of [
    ['/', 404],
    ['/nothing', 404],
    ['/orders', 404],
    ['/orders/', 400],
    ['/Orders/x', 404],
    ['/orders/x/', 404],
    ['/orders/x/nothing', 404],
    ['/orders/..%2f..%2fetc', 400],
    ['/orders/%2e%2e', 400],
    ['/orders/..', 400],
    ['/orders/%00', 400],
    ['/orders/a%2fb', 400],
    ['/orders/a%5cb', 400],
    ['/orders/%', 400],
    ['/orders/%ff', 400],
    [`/orders/${'x'.repeat(65)}`, 400],
    [`/orders/${'x'.repeat(2_000)}`, 400],
    ['//orders/x', 404],
    ['/orders//x', 404],
    ['/docs/../orders/%2e', 404],
    ['/docs/static/..%2f..%2fpackage.json', 404],
    ['/docs/static/%2e%2e/%2e%2e/package.json', 403],
  ] as const) {
    const answer = await raw(head(`GET ${path} HTTP/1.1`));
    assert.is(statusOf(answer), status, `${path}: ${answer.slice(-300)}`);
    assert.match(answer, /"error":\{"code":"/, path);
  }
});

test('a word that is no method of a path is 404', async () => {
  for (const method of ['PUT', 'PATCH', 'HEAD', 'OPTIONS'])
    assert.is(statusOf(await raw(head(`${method} /orders HTTP/1.1`))), 404, method);
});

test('what is no HTTP is 400, and what is ambiguous too', async () => {
  assert.is(statusOf(await raw('nonsense\r\n\r\n')), 400);
  assert.match(await raw('nonsense\r\n\r\n'), /"code":"bad-request"/);
  const both = head('POST /orders HTTP/1.1', 'Content-Length: 4', 'Transfer-Encoding: chunked');
  assert.is(statusOf(await raw(`${both}0\r\n\r\n`)), 400);
  assert.is(statusOf(await raw(head('POST /orders HTTP/1.1', 'Content-Length: 2', 'Content-Length: 3'))), 400);
  assert.is(statusOf(await raw(head('GET /orders/x HTTP/1.1', `X-Long: ${'x'.repeat(20_000)}`))), 431);
});

test('two tokens are none', async () => {
  const other = await tokenOf('operator', 'boss');
  const answer = await raw(head('GET /orders/x HTTP/1.1', `Authorization: Bearer ${other}`));
  assert.is(statusOf(answer), 401);
  assert.match(answer, /one authorization header, not several/);
});

test('two idempotency keys are a mistake', async () => {
  const body = '{"storeId":"noodle-bar","lines":[{"itemId":"udon","quantity":1}]}';
  const headers = ['Idempotency-Key: a', 'Idempotency-Key: b', 'Content-Type: application/json'];
  const answer = await raw(head('POST /orders HTTP/1.1', ...headers, `Content-Length: ${body.length}`) + body);
  assert.is(statusOf(answer), 400);
});

test('every answer has a request id: the caller’s where it is one', async () => {
  const id = async (given?: string) =>
    (await call(url, 'GET', '/nothing', { headers: given === undefined ? {} : { 'x-request-id': given } })).headers.get(
      'x-request-id',
    );
  assert.is(await id('abc.DEF_1-2'), 'abc.DEF_1-2');
  for (const bad of [undefined, 'a b', 'x'.repeat(129), 'a"b', '{}']) assert.match((await id(bad))!, /^[\da-f-]{36}$/);
  assert.not.equal(await id(), await id());
});

test('the trace that a request belongs to is in the log, if it is one', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const ask = (traceparent: string, id: string) =>
    call(url, 'GET', '/nothing', { headers: { traceparent, 'x-request-id': id } });
  await ask(`00-${trace}-b7ad6b7169203331-01`, 'traced');
  await ask(`00-${trace}-0000000000000000-01`, 'untraced');
  await ask(`ff-${trace}-b7ad6b7169203331-01`, 'untraced');
  const lines = stage
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.is(lines.find(({ requestId }) => requestId === 'traced').traceId, trace);
  for (const line of lines.filter(({ requestId }) => requestId === 'untraced')) assert.is(line.traceId, undefined);
});

test('one caller may ask so often and no more, and the others are not held up by that', async () => {
  const limited = await stage.start('order', { rateLimit: 5 });
  const lee = await tokenOf('customer', 'lee');
  const asked = await Promise.all(
    Array.from({ length: 20 }, () => call(limited.url, 'GET', '/orders/none', { token })),
  );
  const turnedAway = asked.filter(({ status }) => status === 429);
  assert.ok(turnedAway.length >= 10, `${turnedAway.length} of 20`);
  const { body, headers } = turnedAway[0]!;
  assert.equal([body.error.code, body.error.retry, headers.get('retry-after')], ['too-many-requests', true, '1']);
  assert.is((await call(limited.url, 'GET', '/orders/none', { token: lee })).status, 404);
  for (let i = 0; i < 20; i++) assert.is((await call(limited.url, 'GET', '/health/live')).status, 200);
  const lost = await Promise.all(
    Array.from({ length: 20 }, () => call(limited.url, 'GET', '/nothing', { token: lee })),
  );
  assert.ok(lost.filter(({ status }) => status === 429).length >= 10, 'paths that are not there count too');
});

test('who has no valid token is counted by address, the one in a header only where that is believed', async () => {
  const count = async (trustProxy: boolean) => {
    const { url } = await stage.start('order', { rateLimit: 5, trustProxy });
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        call(url, 'GET', '/orders/none', { headers: { 'x-forwarded-for': `10.0.0.${i}`, authorization: 'Bearer x' } }),
      ),
    );
    return asked.filter(({ status }) => status === 429).length;
  };
  assert.ok((await count(false)) >= 10);
  assert.is(await count(true), 0);
});

test('nothing that went wrong inside is told outside, and no secret is in the log', async () => {
  const key = 'card-of-kim-that-is-secret';
  await call(url, 'POST', '/orders', {
    token,
    headers: { cookie: 'session=very-secret', 'x-request-id': 'secrets' },
    body: { storeId: 'none', lines: [{ itemId: 'udon', quantity: 1 }], billingKey: key },
  });
  const log = stage.log();
  assert.match(log, '"requestId":"secrets"');
  assert.match(log, '"subject":"kim"');
  for (const word of [token, key, 'very-secret', 'Bearer']) assert.not.match(log, word);
});

test.run();
