import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, bytes, endAll, fileWith, freePort, gateway, route, service } from './stage.ts';

test.after(endAll);

const echo = await service();
const file = fileWith(route('Order', `http://localhost:${echo.port}`, '/orders/**'));
const { port, problems } = await gateway(file);
const last = () => echo.seen.at(-1)!;

test.after.each(() => {
  assert.equal(problems.splice(0), []);
});

test('method, path, query and body reach the service letter by letter', async () => {
  const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY']) {
    const path = `/orders/%EA%B9%80/a+b,c;'()*!$&=:@~?q=%2F..%2F&q=%zz&&x[]="{}|\\^\`#`.replace(/[;#]/g, '');
    const answer = await ask(port, path, {
      method,
      body,
      headers: { 'content-type': 'no type at all', 'content-length': '256' },
    });
    assert.is(answer.status, 200, method);
    assert.equal([last().method, last().url, last().body.equals(body)], [method, path, true]);
  }
});

test('a body without a length comes through too, and where there is none, none is made up', async () => {
  await ask(port, '/orders', { method: 'POST', body: 'abc', headers: { 'transfer-encoding': 'chunked' } });
  assert.equal([last().headers['transfer-encoding'], last().body.toString()], ['chunked', 'abc']);
  await ask(port, '/orders', { method: 'GET' });
  assert.equal([last().headers['transfer-encoding'], last().headers['content-length']], [undefined, undefined]);
});

test('the service’s status, words, headers and body come back as they are, its errors too', async () => {
  const one = await service((request, response) => {
    const [, status, words = ''] = /^\/x\/(\d+)(?:\/(\w+))?/.exec(request.url!)!;
    response.writeHead(Number(status), words, [
      ...[
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'X-Name',
        'caf\xe9',
        'X-Empty',
        '',
        'ETag',
        '"x"',
        'Content-Encoding',
        'br',
      ],
    ]);
    response.end(status === '204' || status === '304' ? undefined : Buffer.from([0, 255, 13, 10]));
  });
  const { port } = await gateway(fileWith(route('X', one.url, '/x/**')));
  for (const status of [200, 201, 204, 302, 304, 400, 401, 404, 409, 418, 429, 500, 501, 502, 503, 504, 599]) {
    const { rawHeaders, body, ...answer } = await ask(port, `/x/${status}/Words`);
    assert.is(answer.status, status);
    const text = rawHeaders.join('\n');
    for (const pair of [
      'Set-Cookie\na=1\nSet-Cookie\nb=2',
      'X-Name\ncaf\xe9',
      'X-Empty\n\n',
      'ETag\n"x"',
      'Content-Encoding\nbr',
    ])
      assert.ok(text.includes(pair), `${pair} in ${text}`);
    if (status !== 204 && status !== 304) assert.equal([...body], [0, 255, 13, 10]);
    assert.is(answer.headers['date']?.length, 29);
  }
  assert.match(await bytes(port, 'GET /x/200/Words HTTP/1.0\r\nHost: a\r\n\r\n'), /^HTTP\/1\.1 200 Words\r\n/);
});

test('HEAD is answered with the headers of the service and no body', async () => {
  const answer = await ask(port, '/orders/1', { method: 'HEAD' });
  assert.equal([answer.status, answer.body.length, last().method], [200, 0, 'HEAD']);
  assert.ok(Number(answer.headers['content-length']) > 0);
});

test('what is meant for the next hop alone goes no further, whichever way', async () => {
  const one = await service((request, response) => {
    echo.seen.push({
      method: '',
      url: '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: Buffer.of(),
    });
    response
      .writeHead(200, {
        connection: 'x-hop, close',
        'x-hop': '1',
        'x-kept': '2',
        'proxy-authenticate': 'Basic',
        trailer: 'x-t',
      })
      .end('done');
  });
  const { port } = await gateway(fileWith(route('X', one.url, '/x')));
  const headers = {
    connection: 'close, X-Mine',
    'x-mine': '1',
    'x-kept': '2',
    te: 'trailers',
    'keep-alive': 'timeout=5',
    'proxy-connection': 'keep-alive',
    'proxy-authorization': 'Basic eA==',
    upgrade: 'h2c',
    'http2-settings': 'x',
  };
  const answer = await ask(port, '/x', { headers });
  const asked = last().headers;
  for (const name of Object.keys(headers).filter((name) => name !== 'x-kept' && name !== 'connection'))
    assert.is(asked[name], undefined, name);
  assert.equal([asked['x-kept'], asked.connection], ['2', 'keep-alive']);
  for (const name of ['x-hop', 'proxy-authenticate', 'trailer']) assert.is(answer.headers[name], undefined, name);
  assert.is(answer.headers['x-kept'], '2');
});

test('Authorization and cookies are passed on untouched', async () => {
  await ask(port, '/orders', { headers: { Authorization: 'Bearer a.b.c', Cookie: 'a=b; c="d"' } });
  assert.equal([last().headers.authorization, last().headers.cookie], ['Bearer a.b.c', 'a=b; c="d"']);
});

test('the service is told its own Host, and for whom it is asked; what a client says of that itself is dropped', async () => {
  await ask(port, '/orders', {
    headers: {
      Host: 'shop.example:8088',
      'X-Forwarded-For': '6.6.6.6',
      'X-Forwarded-Host': 'evil',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '1',
      'X-Forwarded-Prefix': '/x',
      'X-Real-IP': '6.6.6.6',
      Forwarded: 'for=6.6.6.6',
    },
  });
  const { headers } = last();
  assert.is(headers.host, `localhost:${echo.port}`);
  assert.is(headers['x-forwarded-for'], '127.0.0.1');
  assert.is(headers['x-forwarded-host'], 'shop.example:8088');
  assert.is(headers['x-forwarded-proto'], 'http');
  assert.is(headers['forwarded'], 'for=127.0.0.1;host="shop.example:8088";proto=http');
  for (const name of ['x-forwarded-port', 'x-forwarded-prefix', 'x-real-ip']) assert.is(headers[name], undefined, name);
});

test('a proxy of ours is believed what it says of those before it', async () => {
  const { port } = await gateway(file, { trustProxy: true });
  await ask(port, '/orders', {
    headers: {
      'X-Forwarded-For': '1.2.3.4',
      'X-Forwarded-Host': 'shop.example',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'for=1.2.3.4;proto=https',
    },
  });
  const { headers } = last();
  assert.is(headers['x-forwarded-for'], '1.2.3.4, 127.0.0.1');
  assert.is(headers['x-forwarded-host'], 'shop.example');
  assert.is(headers['x-forwarded-proto'], 'https');
  assert.match(headers['forwarded']!, /^for=1\.2\.3\.4;proto=https, for=127\.0\.0\.1;host="/);
});

test('a decent request id is kept, another one replaced, and it is answered either way, also on errors', async () => {
  for (const path of ['/orders', '/nowhere', '/orders/../x', '/%zz', '/health/live']) {
    const kept = await ask(port, path, { headers: { 'X-Request-Id': 'order-1.a_B' } });
    assert.is(kept.headers['x-request-id'], 'order-1.a_B', path);
  }
  await ask(port, '/orders', { headers: { 'x-request-id': 'order-1' } });
  assert.is(last().headers['x-request-id'], 'order-1');
  for (const bad of ['', 'a b', 'x'.repeat(129), 'a"b', ['a', 'b']]) {
    const answer = await ask(port, '/orders', { headers: { 'x-request-id': bad } });
    assert.match(answer.headers['x-request-id'] as string, /^[\da-f-]{36}$/);
    assert.is(last().headers['x-request-id'], answer.headers['x-request-id']);
  }
});

test('a trace is carried on; where there is none, or it is no such thing, one is begun, without the state of the other', async () => {
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  for (const given of [valid, valid.replace(/^00/, 'cc'), `${valid.replace(/^00/, 'cc')}-more`]) {
    await ask(port, '/orders', { headers: { traceparent: given, tracestate: 'a=1' } });
    assert.equal([last().headers['traceparent'], last().headers['tracestate']], [given, 'a=1']);
  }
  for (const given of [
    undefined,
    '',
    'ff',
    valid.replace(/^00/, 'ff'),
    valid.toUpperCase(),
    `${valid}-more`,
    valid.replace(/-0af.*?-/, `-${'0'.repeat(32)}-`),
  ]) {
    await ask(port, '/orders', { headers: { ...(given !== undefined && { traceparent: given }), tracestate: 'a=1' } });
    assert.match(last().headers['traceparent'] as string, /^00-[\da-f]{32}-[\da-f]{16}-01$/);
    assert.is(last().headers['tracestate'], undefined);
  }
});

test('a body of 1 MiB passes, one byte more does not, with a length and without one', async () => {
  const most = 1024 * 1024;
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }] as Record<string, string>[]) {
    const fits = await ask(port, '/orders', { method: 'POST', body: Buffer.alloc(most), headers });
    assert.equal([fits.status, last().body.length], [200, most]);
    const count = echo.seen.length;
    const { status, json } = await ask(port, '/orders', { method: 'POST', body: Buffer.alloc(most + 1), headers });
    assert.is(status, 413);
    assert.equal(json(), {
      error: {
        code: 'too-large',
        message: 'The body of a request may have at most 1,048,576 bytes. Send less.',
        retry: false,
      },
    });
    assert.is(echo.seen.length, count, 'the service saw it whole');
  }
});

test('a body that is said to be too large is not waited for', async () => {
  const answer = await bytes(port, 'POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\nabc');
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /\r\nconnection: close\r\n/i);
});

test('what no route takes is answered 404 with what there is, and nothing of the inside', async () => {
  const { status, json, headers } = await ask(port, '/nothing?secret=1');
  assert.is(status, 404);
  assert.equal(json(), {
    error: { code: 'no-such-route', message: 'Nobody here answers GET /nothing. There are /orders/**.', retry: false },
  });
  assert.is(headers['x-content-type-options'], 'nosniff');
  assert.is(headers['x-powered-by'], undefined);
});

test('the gateway answers for itself, whatever the routes say, and helmet is for that alone', async () => {
  const away = await freePort();
  const { port } = await gateway(
    fileWith(`${route('Order', echo.url, '/**')}${route('Away', `http://localhost:${away}`, '/away')}`),
  );
  const live = await ask(port, '/health/live');
  assert.equal([live.status, live.json()], [200, { status: 'live' }]);
  assert.ok(live.headers['content-security-policy']);
  const ready = await ask(port, '/health/ready');
  assert.is(ready.status, 200);
  assert.equal(ready.json(), {
    status: 'ready',
    services: [
      { route: 'Order', breaker: 'closed', reachable: true },
      { route: 'Away', breaker: 'closed', reachable: false },
    ],
  });
  assert.not.match(ready.text, /localhost|127\.0\.0\.1/, 'who asks from outside is not told where they are');
  const passed = await ask(port, '/x');
  assert.is(passed.headers['content-security-policy'], undefined);
  const { text, headers } = await ask(port, '/metrics');
  assert.match(headers['content-type']!, /^text\/plain; version=0\.0\.4/);
  assert.match(text, /gateway_requests_total\{route="-",method="GET",status="200"\} 2/);
  assert.match(text, /gateway_requests_total\{route="Order",method="GET",status="200"\} 1/);
  assert.match(text, /gateway_answer_seconds_count\{route="Order"\} 1/);
  assert.match(text, /gateway_breaker_state\{route="Away"\} 0/);
});

test('a service is found at localhost, and at an IPv6 address', async () => {
  const six = await service(undefined, '::1');
  const { port } = await gateway(
    fileWith(
      `${route('Four', `http://localhost:${echo.port}`, '/four')}${route('Six', `http://[::1]:${six.port}`, '/six')}`,
    ),
  );
  assert.equal([(await ask(port, '/four')).status, (await ask(port, '/six')).status], [200, 200]);
});

test('WebSockets are turned away in plain words', async () => {
  const { status, json } = await ask(port, '/orders', { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
  assert.equal([status, json().error.code], [501, 'no-websockets']);
});

test.run();
