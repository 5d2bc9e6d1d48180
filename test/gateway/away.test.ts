import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { type Ask, ask, endAll, fileWith, freePort, gateway, type Running, route, service, whole } from './stage.ts';

test.after(endAll);

const saysIn = async (running: Running, options?: Ask) => {
  const { status, headers, json } = await ask(running.port, '/x', options);
  return { status, retryAfter: headers['retry-after'], ...(json().error ?? {}) };
};

const at = (uri: string, more = '') => fileWith(route('X', uri, '/x'), more);
const times = (connect: number, response: number) =>
  `      httpclient: {connect-timeout: ${connect}, response-timeout: ${response}}\n`;

test('a service where nobody listens is 502 at once, and it is said that nothing was sent', async () => {
  const running = await gateway(at(`http://localhost:${await freePort()}`));
  assert.equal(await saysIn(running, { method: 'POST', body: 'x' }), {
    status: 502,
    retryAfter: undefined,
    code: 'service-unreachable',
    message:
      'The service behind this path cannot be reached: nobody listens there. Nothing was sent to it. Try again in a moment.',
    retry: true,
  });
});

test('a service whose name leads nowhere is 502', async () => {
  const running = await gateway(at('http://no-such-host.invalid:8080'));
  const { status, code } = await saysIn(running);
  assert.equal([status, code], [502, 'service-unreachable']);
});

for (const [what, answer] of [
  ['closes the connection', (socket: Socket) => socket.destroy()],
  ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
  ['speaks no HTTP', (socket: Socket) => void socket.end('220 smtp.example ESMTP\r\n')],
  ['answers without a status', (socket: Socket) => void socket.end('HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nno')],
  [
    'answers in two ways at once',
    (socket: Socket) =>
      void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
  ],
] as const)
  test(`a service that ${what} is 502, and it is said that it may have been done`, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const running = await gateway(at(`http://127.0.0.1:${(server.address() as { port: number }).port}`));
    const { status, code, message } = await saysIn(running, { method: 'POST', body: 'x' });
    assert.equal([status, code], [502, 'service-broke-off']);
    assert.match(message, /It may have done what was asked all the same: look before you ask again\.$/);
    server.close();
  });

test('a service that does not answer in time is 504, and it is told that nobody waits any more', async () => {
  let closed = false;
  const silent = await service((_request, response) => {
    response.on('close', () => {
      closed = true;
    });
  });
  const running = await gateway(at(silent.url, times(1_000, 300)));
  const { status, code, message } = await saysIn(running);
  assert.equal([status, code], [504, 'service-silent']);
  assert.match(message, /did not answer in time/);
  await eventually(() => closed);
});

test('a service that cannot be reached in time is 504, and nothing was sent', async () => {
  // It takes the connection, and never says who it is.
  const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const running = await gateway(
    at(`https://127.0.0.1:${(silent.address() as { port: number }).port}`, times(300, 9_000)),
  );
  const askedAt = Date.now();
  const { status, code, message } = await saysIn(running);
  assert.ok(Date.now() - askedAt < 10_000);
  assert.equal([status, code], [504, 'service-silent']);
  assert.match(message, /cannot be reached in time\. Nothing was sent to it\./);
  silent.close();
});

test('a service that cannot prove who it is is not trusted', async () => {
  const plain = await service();
  const running = await gateway(at(plain.url.replace('http:', 'https:')));
  assert.is((await saysIn(running)).status, 502);
  assert.equal(plain.seen, []);
});

test('five faults in a row open the breaker: callers are turned away at once, with when to come again', async () => {
  const port = await freePort();
  const running = await gateway(at(`http://127.0.0.1:${port}`), { openMs: 60_000 });
  for (let i = 0; i < 5; i++) assert.is((await saysIn(running)).status, 502);
  assert.equal(running.breakers, ['open']);
  const turned = await saysIn(running);
  assert.equal([turned.status, turned.code, turned.retry], [503, 'service-away', true]);
  assert.match(
    turned.message,
    /^The service behind this path is away\. Nothing was sent to it\. Try again in \d+ s\.$/,
  );
  assert.ok(Number(turned.retryAfter) >= 30 && Number(turned.retryAfter) <= 60, turned.retryAfter);
  assert.ok(Number.isInteger(turned.retryAfterMs), `${turned.retryAfterMs}`);
  assert.match((await ask(running.port, '/metrics')).text, /gateway_breaker_state\{route="X"\} 2/);
  const ready = await ask(running.port, '/health/ready');
  assert.equal([ready.status, ready.json().services[0].breaker], [200, 'open']);
});

test('the others are not affected', async () => {
  const good = await service();
  const running = await gateway(
    fileWith(`${route('X', `http://127.0.0.1:${await freePort()}`, '/x')}${route('Y', good.url, '/y')}`),
  );
  for (let i = 0; i < 7; i++) await saysIn(running);
  assert.is((await ask(running.port, '/y')).status, 200);
});

test('one request tries again, alone; when it gets through the breaker closes', async () => {
  const one = await service();
  await one.stop();
  const running = await gateway(at(one.url), { faultsToOpen: 2, openMs: 300 });
  for (let i = 0; i < 2; i++) await saysIn(running);
  assert.is((await saysIn(running)).status, 503);
  await one.start();
  await eventually(async () => (await saysIn(running)).status === 200);
  assert.equal(running.breakers, ['open', 'half-open', 'closed']);
  assert.is((await saysIn(running)).status, 200);
});

test('while one request tries, the others are turned away and do not wait for it; when it fails the breaker stays open', async () => {
  let asked = 0;
  const silent = await service(() => {
    asked += 1;
  });
  const running = await gateway(at(silent.url, times(1_000, 1_500)), { faultsToOpen: 1, openMs: 300 });
  assert.is((await saysIn(running)).status, 504);
  await eventually(async () => {
    const tried = saysIn(running);
    const first = await Promise.race([tried, eventually(() => asked === 2)]);
    assert.is(first, true);
    const others = await Promise.race([tried, Promise.all(Array.from({ length: 5 }, () => saysIn(running)))]);
    assert.ok(Array.isArray(others), 'they waited');
    assert.equal(
      others.map(({ status }) => status),
      [503, 503, 503, 503, 503],
    );
    assert.is((await tried).status, 504);
  });
  assert.is(asked, 2);
  assert.equal(running.breakers, ['open', 'half-open', 'open']);
});

test('a client that goes away while it tries has found out nothing: the breaker stays open', async () => {
  let asked = 0;
  const silent = await service(() => {
    asked += 1;
  });
  const running = await gateway(at(silent.url, times(1_000, 1_000)), { faultsToOpen: 1, openMs: 200 });
  await saysIn(running);
  await eventually(() => {
    if (asked === 2) return true;
    const trying = request({ port: running.port, host: '127.0.0.1', path: '/x', agent: false }).end();
    trying.on('error', () => {});
    trying.on('response', (response) => response.resume());
    return eventually(() => asked === 2, { withinMs: 100 }).then(
      () => trying.destroy(),
      () => false,
    );
  });
  await eventually(() => assert.equal(running.breakers.slice(0, 3), ['open', 'half-open', 'open']));
});

test('what a service says itself, be it 500, 503 or a busy answer, opens no breaker', async () => {
  const busy = await service(
    (_request, response) => void response.writeHead(503, { 'retry-after': '7' }).end('{"error":{"code":"busy"}}'),
  );
  const running = await gateway(at(busy.url), { faultsToOpen: 1 });
  for (let i = 0; i < 5; i++) {
    const said = await saysIn(running);
    assert.equal([said.status, said.retryAfter, said.code], [503, '7', 'busy']);
  }
  assert.equal(running.breakers, []);
});

test('what a client does wrong opens no breaker', async () => {
  const one = await service();
  const running = await gateway(at(one.url), { faultsToOpen: 1 });
  const large = await ask(running.port, '/x', {
    method: 'POST',
    body: Buffer.alloc(1_100_000),
    headers: { 'transfer-encoding': 'chunked' },
  });
  assert.is(large.status, 413);
  assert.equal([running.breakers, running.problems], [[], []]);
  assert.is((await saysIn(running)).status, 200);
});

test('a service that is started anew is found again, over connections that clients kept', async () => {
  const one = await service();
  const running = await gateway(at(one.url));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = async () => {
    const asked = request({ port: running.port, host: '127.0.0.1', path: '/x', agent }).end();
    return whole(((await once(asked, 'response')) as [IncomingMessage])[0]);
  };
  assert.is((await get()).status, 200);
  await one.stop();
  assert.is((await get()).status, 502);
  await one.start();
  assert.is((await get()).status, 200);
  agent.destroy();
});

test.run();
