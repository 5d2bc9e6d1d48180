import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { safePath } from '../../src/gateway/safe-path.ts';
import { ask, bytes, endAll, fileWith, gateway, route, service } from './stage.ts';

test.after(endAll);

const outer = await service();
const inner = await service();
const file = fileWith(`${route('Inner', inner.url, '/orders/*/accept')}${route('Outer', outer.url, '/orders/**')}`);
const running = await gateway(file, { requestMs: 1_000 });
const { port } = running;

test.before.each(() => {
  outer.seen.length = 0;
  inner.seen.length = 0;
});
test.after.each(() => {
  assert.equal([running.problems, running.breakers], [[], []]);
});

const request = (head: string, body = '') => `${head.replaceAll('\n', '\r\n')}\r\n\r\n${body}`;
const statuses = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));

/** What would be a request of its own to somebody who reads the first one otherwise. */
const hidden = 'GET /orders/hidden HTTP/1.1\r\nHost: a\r\n\r\n';

for (const [what, head, body] of [
  [
    'both a length and an encoding',
    'POST /orders HTTP/1.1\nHost: a\nContent-Length: 6\nTransfer-Encoding: chunked',
    `0\r\n\r\n${hidden}`,
  ],
  [
    'the same in the other order',
    'POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 6',
    `0\r\n\r\n${hidden}`,
  ],
  ['two lengths', 'POST /orders HTTP/1.1\nHost: a\nContent-Length: 0\nContent-Length: 42', hidden],
  ['a list of lengths', 'POST /orders HTTP/1.1\nHost: a\nContent-Length: 0, 42', hidden],
  ['a length with a sign', 'POST /orders HTTP/1.1\nHost: a\nContent-Length: +42', hidden],
  ['a negative length', 'POST /orders HTTP/1.1\nHost: a\nContent-Length: -1', hidden],
  ['a length in another base', 'POST /orders HTTP/1.1\nHost: a\nContent-Length: 0x2a', hidden],
  [
    'an encoding that is chunked only nearly',
    'POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked',
    `0\r\n\r\n${hidden}`,
  ],
  [
    'an encoding that is chunked, and then not',
    'POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding: chunked, identity',
    `0\r\n\r\n${hidden}`,
  ],
  [
    'an encoding twice',
    'POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: identity',
    `0\r\n\r\n${hidden}`,
  ],
  ['a space before the colon', 'POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding : chunked', `0\r\n\r\n${hidden}`],
  ['a header on two lines', 'POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding:\n chunked', `zz\r\n\r\n${hidden}`],
  [
    'a piece with a wrong length',
    'POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding: chunked',
    `-1\r\nabc\r\n0\r\n\r\n${hidden}`,
  ],
  ['a NUL in a header', 'POST /orders HTTP/1.1\nHost: a\nX-A: a\0b', ''],
  ['a carriage return alone between headers', 'POST /orders HTTP/1.1\nHost: a\nX-A: b\rTransfer-Encoding: chunked', ''],
  ['no Host', 'GET /orders HTTP/1.1\nX-A: b', ''],
  ['two Hosts', 'GET /orders HTTP/1.1\nHost: a\nHost: b', ''],
  ['the address of another server', 'GET http://other/orders HTTP/1.1\nHost: a', ''],
  ['no path', 'OPTIONS * HTTP/1.1\nHost: a', ''],
] as const)
  test(`a request with ${what} is turned away, and nothing that hides in it is heard`, async () => {
    const answer = await bytes(
      port,
      request(
        `${head}
Connection: close`,
        body,
      ),
    );
    const [first, ...others] = statuses(answer);
    assert.ok(first === 400 || first === 501, answer);
    assert.equal(others, []);
    assert.equal(
      [...outer.seen, ...inner.seen].filter(({ url }) => url !== '/orders'),
      [],
    );
    assert.not.match(answer, /\n\s+at /);
  });

test('an encoding beside chunked is not understood, and that is said', async () => {
  const answer = await bytes(
    port,
    request('POST /orders HTTP/1.1\nHost: a\nTransfer-Encoding: gzip, chunked\nConnection: close', '0\r\n\r\n'),
  );
  assert.equal(statuses(answer), [501]);
  assert.match(answer, /"code":"unknown-encoding"/);
});

test('two requests in a row are two requests, in their order', async () => {
  const answer = await bytes(
    port,
    `${request('POST /orders/1 HTTP/1.1\nHost: a\nContent-Length: 3', 'abc')}${request('GET /orders/2 HTTP/1.1\nHost: a\nConnection: close')}`,
  );
  assert.equal(statuses(answer), [200, 200]);
  assert.equal(
    outer.seen.map(({ url, body }) => `${url} ${body}`),
    ['/orders/1 abc', '/orders/2 '],
  );
});

test('a request that is no HTTP behind one that is in hand gets no answer that could be taken for the other', async () => {
  const answer = await bytes(port, `${request('GET /orders/1 HTTP/1.1\nHost: a')}NONSENSE\r\n\r\n`);
  assert.not.ok(statuses(answer).includes(400), answer);
});

const ambiguous = [
  '/orders/../pays',
  '/orders/..',
  '/orders/./1',
  '/./orders',
  '/../orders',
  '/orders/%2e%2e/pays',
  '/orders/%2E./pays',
  '/orders/.%2e/pays',
  '/orders/%2e',
  '/orders/1%2faccept',
  '/orders/1%2Faccept',
  '/orders/1%5caccept',
  '/orders/1\\accept',
  '/orders/1\\..\\accept',
  '//orders/1',
  '/orders//1/accept',
  '/orders/1//',
  '/orders/%00',
  '/orders/1%0d%0aX:%20y',
  '/orders/1%7f',
  '/orders/%252e%252e/pays',
  '/orders/1%252faccept',
  '/orders/..;/pays',
  '/orders/1;x=y/accept',
  '/orders/1%c0%ae%c0%ae/accept',
  '/orders/%ff',
  '/orders/%zz',
  '/orders/%',
  '/orders/<1>',
  '/orders/"1"',
  '/orders/1#x',
  '/orders?a#b',
  '/orders/{1}',
  '/orders/caf\xe9',
];

for (const path of ambiguous)
  test(`${path} could be read in two ways, and is turned away`, async () => {
    const answer = await bytes(port, request(`GET ${path} HTTP/1.1\nHost: a\nConnection: close`));
    assert.equal(statuses(answer), [400], answer);
    assert.match(answer, /{"error":{"code":"bad-request","message":"[A-Z].*\.","retry":false}}/);
    assert.equal([outer.seen, inner.seen], [[], []]);
  });

test('what is decoded is what is looked at: an encoded letter leads to the same service', async () => {
  await ask(port, '/orders/1/%61ccept');
  await ask(port, '/%6frders/1/accept');
  assert.equal(
    [outer.seen.length, inner.seen.map(({ url }) => url)],
    [0, ['/orders/1/%61ccept', '/%6frders/1/accept']],
  );
});

test('dots that are part of a name are no way up', () => {
  for (const path of ['/orders/a..b', '/orders/...', '/orders/1.json', '/orders/.well-known', '/orders/100%25'])
    assert.is(safePath(path), decodeURIComponent(path));
});

test('headers of more than 16 KiB are 431', async () => {
  const answer = await bytes(port, request(`GET /orders HTTP/1.1\nHost: a\nX-A: ${'a'.repeat(20_000)}`));
  assert.equal(statuses(answer), [431]);
  assert.match(answer, /"code":"headers-too-large"/);
});

for (const [what, text] of [
  ['headers', 'GET /orders HTTP/1.1\r\nHost: a\r\nX-A: '],
  ['body', 'POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc'],
] as const)
  test(`a client whose ${what} never come to an end is cut off, and told`, async () => {
    const answer = await bytes(port, text);
    assert.equal(statuses(answer), [408]);
    assert.match(answer, /"code":"too-slow"/);
  });

test.run();
