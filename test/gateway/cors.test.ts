import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, endAll, fileWith, freePort, gateway, route, service } from './stage.ts';

test.after(endAll);

/** A service that says of CORS what the gateway should say. */
const own = await service((request, response) => {
  response
    .writeHead(request.url === '/x/bad' ? 500 : 200, {
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'yes',
      'access-control-expose-headers': 'X-Mine',
      vary: 'Accept-Encoding, origin',
    })
    .end(request.method);
});

const page = 'https://shop.example';

async function stage(rules: string) {
  const more = `      globalcors:\n        corsConfigurations:\n${rules}`;
  const { port } = await gateway(
    fileWith(`${route('X', own.url, '/x/**')}${route('Away', `http://127.0.0.1:${await freePort()}`, '/away')}`, more),
  );
  const corsOf = (headers: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
    );
  const get = async (path: string, headers: Record<string, string> = { origin: page }, method = 'GET') => {
    const { rawHeaders, ...answer } = await ask(port, path, { method, headers });
    const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    assert.is(new Set(names).size, names.length, `a header came twice: ${names.join(' ')}`);
    return { status: answer.status, text: answer.text, cors: corsOf(answer.headers) };
  };
  const preflight = (path: string, wanted: string, names?: string, origin = page) =>
    get(
      path,
      {
        origin,
        'access-control-request-method': wanted,
        ...(names !== undefined && { 'access-control-request-headers': names }),
      },
      'OPTIONS',
    );
  return { port, get, preflight };
}

const everything = `          '[/**]': {allowedOrigins: ['*'], allowedMethods: ['*'], allowedHeaders: ['*'], allowCredentials: true}\n`;

test('all origins with credentials: each is answered with its own name, since browsers take no * then', async () => {
  const { get, preflight } = await stage(everything);
  const asked = ['Origin', 'Access-Control-Request-Method', 'Access-Control-Request-Headers'].join(', ');
  assert.equal(await preflight('/x/1', 'DELETE', 'Authorization,X-Request-Id'), {
    status: 204,
    text: '',
    cors: {
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'DELETE',
      'access-control-allow-headers': 'authorization, x-request-id',
      vary: asked,
    },
  });
  assert.equal(await get('/x/1'), {
    status: 200,
    text: 'GET',
    cors: {
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      vary: 'Accept-Encoding, origin',
    },
  });
  assert.is((await get('/x/1', { origin: 'null' })).cors['access-control-allow-origin'], 'null');
});

test('all origins without credentials are answered with *', async () => {
  const { get, preflight } = await stage(
    `          '[/**]': {allowedOrigins: ['*'], allowedMethods: [GET, PUT], exposedHeaders: [X-A, X-B], maxAge: 60}\n`,
  );
  assert.equal((await get('/x/1')).cors, {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'X-A, X-B',
    vary: 'Accept-Encoding, origin',
  });
  assert.equal((await preflight('/x/1', 'PUT')).cors, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, PUT',
    'access-control-max-age': '60',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  });
});

test('origins by name: theirs is answered, others are refused, and the service is not asked', async () => {
  const { get, preflight } = await stage(
    `          '[/**]': {allowedOrigins: ['${page}', 'http://localhost:3000/'], allowedMethods: '*', allowedHeaders: 'X-A, X-B'}\n`,
  );
  assert.is((await get('/x/1')).cors['access-control-allow-origin'], page);
  assert.is((await get('/x/1', { origin: 'http://LOCALHOST:3000' })).status, 200);
  for (const origin of [
    'https://shop.example.evil',
    'http://shop.example',
    'https://shop.example:8443',
    'https://evil/https://shop.example',
    'null',
    'nonsense',
  ]) {
    const refused = await get('/x/1', { origin });
    assert.equal([refused.status, refused.cors], [403, { vary: 'Origin' }], origin);
    assert.match(
      refused.text,
      /"code":"cors-refused","message":"Pages of .* may not use this\. Add it to allowedOrigins/,
    );
    assert.is((await preflight('/x/1', 'GET', undefined, origin)).status, 403);
  }
});

test('headers by name: theirs are answered, whatever their case, and others are refused', async () => {
  const { preflight } = await stage(`          '[/**]': {allowedOrigins: ['*'], allowedHeaders: [X-A, X-B]}\n`);
  const allowed = await preflight('/x/1', 'GET', 'x-a, X-B');
  assert.equal([allowed.status, allowed.cors['access-control-allow-headers']], [204, 'x-a, x-b']);
  for (const names of ['x-c', 'x-a,x-c']) assert.is((await preflight('/x/1', 'GET', names)).status, 403);
  assert.is((await preflight('/x/1', 'GET', '')).status, 204);
});

test('methods by name; where none is named, GET and HEAD', async () => {
  const named = await stage(`          '[/**]': {allowedOrigins: ['*'], allowedMethods: [POST]}\n`);
  assert.equal(
    [(await named.preflight('/x/1', 'POST')).status, (await named.preflight('/x/1', 'PUT')).status],
    [204, 403],
  );
  assert.equal(
    [(await named.get('/x/1', undefined, 'POST')).status, (await named.get('/x/1', undefined, 'PUT')).status],
    [200, 403],
  );
  const usual = await stage(`          '[/**]': {allowedOrigins: ['*']}\n`);
  assert.equal(
    [(await usual.preflight('/x/1', 'HEAD')).status, (await usual.preflight('/x/1', 'POST')).status],
    [204, 403],
  );
});

test('patterns of origins take hosts and ports, and no more than they say', async () => {
  const { get } = await stage(
    `          '[/**]': {allowedOriginPatterns: ['https://*.shop.example', 'http://localhost:[*]', 'http://a.test:[80,81]'], allowCredentials: true}\n`,
  );
  for (const origin of [
    'https://www.shop.example',
    'https://a.b.shop.example',
    'http://localhost',
    'http://localhost:3000',
    'http://a.test:81',
  ])
    assert.equal((await get('/x/1', { origin })).cors['access-control-allow-origin'], origin);
  for (const origin of [
    'https://shop.example',
    'https://xshop.example',
    'https://www.shop.example:1',
    'https://evil.test/.shop.example',
    'http://localhost.evil',
    'http://a.test',
    'http://a.test:810',
  ])
    assert.is((await get('/x/1', { origin })).status, 403, origin);
});

test('a request of no page, or of a page of the gateway itself, has nothing to do with it', async () => {
  const { port, get } = await stage(`          '[/**]': {allowedOrigins: ['${page}']}\n`);
  for (const headers of [{}, { origin: `http://127.0.0.1:${port}` }] as Record<string, string>[])
    assert.equal(await get('/x/1', headers, 'DELETE'), {
      status: 200,
      text: 'DELETE',
      cors: { vary: 'Accept-Encoding, origin' },
    });
});

test('OPTIONS that is no preflight reaches the service', async () => {
  const { get } = await stage(everything);
  for (const headers of [{ origin: page }, {}, { 'access-control-request-method': 'PUT' }] as Record<string, string>[])
    assert.is((await get('/x/1', headers, 'OPTIONS')).text, 'OPTIONS');
});

test('a page may read errors too: of the service, of a service that is away, and of no service', async () => {
  const { get } = await stage(everything);
  for (const [path, status] of [
    ['/x/bad', 500],
    ['/away', 502],
    ['/nowhere', 404],
  ] as const) {
    const answer = await get(path);
    assert.equal([answer.status, answer.cors['access-control-allow-origin']], [status, page]);
  }
});

test('where no rule is, the service speaks for itself', async () => {
  const { get, preflight } = await stage(`          '[/other/**]': {allowedOrigins: ['*']}\n`);
  const said = {
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'yes',
    'access-control-expose-headers': 'X-Mine',
    vary: 'Accept-Encoding, origin',
  };
  assert.equal((await get('/x/1')).cors, said);
  assert.equal(await preflight('/x/1', 'PUT'), { status: 200, text: 'OPTIONS', cors: said });
});

test('of several rules the first that has the path counts', async () => {
  const { get } = await stage(
    `          '[/x/1]': {allowedOrigins: ['${page}']}\n          /x/**: {allowedOrigins: ['http://other']}\n`,
  );
  assert.equal([(await get('/x/1')).status, (await get('/x/2')).status], [200, 403]);
});

test('what the gateway says of itself is for no page', async () => {
  const { get } = await stage(everything);
  for (const path of ['/metrics', '/health/ready']) assert.equal((await get(path)).cors, {});
});

test.run();
