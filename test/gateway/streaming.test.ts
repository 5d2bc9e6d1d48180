import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { bytes, endAll, fileWith, gateway, route, service, whole } from './stage.ts';

test.after(endAll);

/** A service whose answers are written by the test. */
async function stage(options = {}) {
  const open: { request: IncomingMessage; response: ServerResponse; closed: boolean }[] = [];
  const one = await service((request, response) => {
    const exchange = { request, response, closed: false };
    request.on('error', () => {});
    response.on('close', () => {
      exchange.closed = true;
    });
    open.push(exchange);
  });
  const running = await gateway(fileWith(route('X', one.url, '/x')), options);
  const start = (method = 'GET', headers = {}) =>
    request({ port: running.port, host: '127.0.0.1', path: '/x', method, headers, agent: false });
  /** The exchange that the service has in hand next. */
  const next = async (nth = 1) => (await eventually(() => open[nth - 1] ?? null))!;
  return { one, running, start, next };
}

const firstChunk = async (response: IncomingMessage) => String((await once(response, 'data'))[0]);

test('events come one by one, while the stream goes on, and their headers before the first of them', async () => {
  const { start, next } = await stage();
  const asked = start().end();
  const { response: serving } = await next();
  serving.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  assert.is(response.headers['content-type'], 'text/event-stream');
  for (const event of ['data: 1\n\n', 'data: 2\n\n', ': heartbeat\n\n']) {
    serving.write(event);
    assert.is(await firstChunk(response), event);
  }
  serving.end();
  await once(response, 'end');
});

test('a body goes up piece by piece, before its end is there', async () => {
  const { start, next } = await stage();
  const asked = start('POST', { 'content-length': '6' });
  asked.write('abc');
  const { request: serving, response } = await next();
  assert.is(await firstChunk(serving), 'abc');
  asked.end('def');
  assert.is(await firstChunk(serving), 'def');
  response.end('thanks');
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  assert.is((await whole(answer)).text, 'thanks');
});

test('a slow reader slows the service down; the gateway does not hold what is not read', async () => {
  const { start, next } = await stage();
  const asked = start().end();
  const { response: serving } = await next();
  const piece = Buffer.alloc(64 * 1024);
  let taken = 0;
  serving.writeHead(200);
  const pour = () => {
    while (!serving.destroyed && taken < 400 * 1024 * 1024) {
      taken += piece.length;
      if (!serving.write(piece)) return void serving.once('drain', pour);
    }
  };
  pour();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.pause();
  const before = process.memoryUsage().rss;
  let last = -1;
  await eventually(
    () => {
      const still = taken === last;
      last = taken;
      return still;
    },
    { everyMs: 300 },
  );
  assert.ok(taken < 200 * 1024 * 1024, `${taken} bytes were taken`);
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024);
  response.destroy();
});

for (const [when, headers] of [
  ['before it is answered', false],
  ['in the middle of the answer', true],
] as const)
  test(`a client that goes away ${when} ends the request at the service`, async () => {
    const { running, start, next } = await stage({ faultsToOpen: 1 });
    const asked = start().end();
    asked.on('error', () => {});
    const exchange = await next();
    if (headers) {
      exchange.response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.on('error', () => {});
      await firstChunk(response);
    }
    asked.destroy();
    await eventually(() => exchange.closed, { withinMs: 7_000 }); // sooner than a service that is silent is given up
    assert.equal([running.problems, running.breakers], [[], []]);
    const counted = await (await fetch(`${running.url}/metrics`)).text();
    assert.match(counted, /gateway_requests_total\{route="X",method="GET",status="499"\} 1/);
  });

test('a client that goes away in the middle of its own body ends the request at the service', async () => {
  const { running, start, next } = await stage({ faultsToOpen: 1 });
  const asked = start('POST', { 'content-length': '6' });
  asked.on('error', () => {});
  asked.write('abc');
  const exchange = await next();
  asked.destroy();
  await eventually(() => exchange.closed, { withinMs: 7_000 });
  assert.equal([running.problems, running.breakers], [[], []]);
});

test('a hundred clients that go away leave nothing behind', async () => {
  const { running, start } = await stage();
  for (let i = 0; i < 100; i++) {
    const asked = start().end();
    asked.on('error', () => {});
    setTimeout(() => asked.destroy(), i % 10);
  }
  await eventually(async () => {
    const response = await fetch(`${running.url}/metrics`);
    assert.match(await response.text(), /gateway_requests_in_hand 1\n/); // this one
  });
  assert.equal(running.problems, []);
});

for (const [what, headers] of [
  ['of a stream', { 'content-type': 'text/event-stream' }],
  ['with a length', { 'content-length': '100' }],
  ['without a length', {}],
] as const)
  test(`a service that breaks off in the middle ${what} is not taken for one that has finished`, async () => {
    const { running, start, next } = await stage();
    const asked = start().end();
    const { response: serving } = await next();
    serving.writeHead(200, headers).write('half');
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    assert.is(await firstChunk(response), 'half');
    serving.destroy();
    const [error] = await once(response, 'error');
    assert.is(error.code, 'ECONNRESET');
    assert.is(response.complete, false);
    await eventually(async () => {
      const counted = await (await fetch(`${running.url}/metrics`)).text();
      assert.match(counted, /gateway_requests_total\{route="X",method="GET",status="502"\} 1/);
    });
  });

test('a service that falls silent in the middle of an answer is given up in the end', async () => {
  const { start, next } = await stage({ silenceMs: 1_200 });
  const asked = start().end();
  const { response: serving } = await next();
  serving.writeHead(200).write('half');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  const [error] = await once(response, 'error');
  assert.is(error.code, 'ECONNRESET');
});

test('an answer that comes before the end of the body is passed back, and the connection closed', async () => {
  const one = await service((_request, response) => void response.writeHead(401, { connection: 'close' }).end('no'));
  const { port } = await gateway(fileWith(route('X', one.url, '/x')));
  const answer = await bytes(port, 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc');
  assert.match(answer, /^HTTP\/1\.1 401 Unauthorized\r\n/);
  assert.match(answer, /\r\nconnection: close\r\n/i);
});

test('who stops sends the clients of streams away in good order, and finishes what is in hand', async () => {
  const { running, start, next } = await stage();
  const stream = start().end();
  const { response: events, ...first } = await next();
  events.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  const [following] = (await once(stream, 'response')) as [IncomingMessage];
  await firstChunk(following);
  const asked = start().end();
  const { response: serving } = await next(2);

  let closed = false;
  const closing = running.close(20_000).then(() => {
    closed = true;
  });
  following.resume();
  await once(following, 'end');
  assert.is(following.complete, true);
  await eventually(() => first.request.destroyed);
  await assert.is(closed, false);
  const refused = connect(running.port, '127.0.0.1');
  await once(refused, 'error');

  serving.end('done');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { text, headers } = await whole(response);
  assert.equal([text, headers.connection], ['done', 'close']);
  await closing;
});

test('a client that keeps its connection does not keep the gateway from stopping', async () => {
  const { running, next } = await stage();
  const agent = new Agent({ keepAlive: true });
  const asked = request({ port: running.port, host: '127.0.0.1', path: '/x', agent }).end();
  const { response: serving } = await next();
  serving.writeHead(200).write('begun');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const closing = running.close(60_000);
  serving.end();
  await whole(response);
  const deadline = new AbortController();
  const late = sleep(10_000, 'late', { signal: deadline.signal }).catch(() => 'late');
  assert.is(await Promise.race([closing, late]), undefined);
  deadline.abort();
  agent.destroy();
});

test('what does not finish in the time it is given is cut', async () => {
  const { running, start, next } = await stage();
  const asked = start().end();
  const exchange = await next();
  const lost = once(asked, 'error');
  await running.close(200);
  assert.is((await lost)[0].code, 'ECONNRESET');
  await eventually(() => exchange.closed);
});

test.run();
