import { writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stage } from '../cli/platform-under-test.ts';
import { baedal, type Ended, type Running, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { call } from './stage.ts';

const test = suite<{ at: ReturnType<typeof stage>; running: Running[] }>('baedal serve');
test.before.each((context) => {
  context.at = stage('sqlite:');
  context.running = [];
});
test.after.each(async ({ at, running }) => {
  for (const one of running) await one.kill('SIGKILL');
  await at.cleanUp();
});

type Context = { at: ReturnType<typeof stage>; running: Running[] };

/** Starts services on free ports. @returns where each is */
async function serve({ at, running }: Context, args: string[], env: Record<string, string> = {}) {
  const process = spawnBaedal(['serve', ...args, '--port', '0', '--json'], { env: { ...at.env, ...env } });
  running.push(process);
  const { services } = JSON.parse(await process.waitForLine('"services"')) as { services: Record<string, string> };
  return { process, services };
}

/** It ended with this code, and said this in a sentence. */
function says({ code, stdout, stderr }: Ended, expected: number, what: RegExp): void {
  assert.is(code, expected, stderr);
  assert.match(stderr, what);
  assert.is(stdout, '');
  assert.not.match(stderr, /\n\s+at /);
}

const secretText = 'a secret of the tests that nobody can guess';
const udon = { storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };

test('all services, with the command line’s own tokens, from order to delivery', async (context) => {
  const { at, running } = context;
  running.push(await at.up('--quiet'));
  const file = `${at.settings.data}-secret`;
  writeFileSync(file, `${secretText}\n`);
  const env = { BAEDAL_JWT_SECRET_FILE: file };
  const { process, services } = await serve(context, ['all'], env);
  assert.equal(Object.keys(services), ['order', 'pay', 'store', 'mypage']);
  await process.waitForLine(/^The order service is at http:\/\/127\.0\.0\.1:\d+, and its description at .*\/docs\.$/);
  await process.waitForLine('Ctrl-C stops.');
  assert.not.match(process.stderr(), /No keys for tokens/);
  await eventually(async () => assert.is((await call(services['order']!, 'GET', '/health/ready')).status, 200));

  const made = await baedal(['token', '--role', 'customer', '--subject', 'kim'], { env: { ...at.env, ...env } });
  assert.is(made.code, 0, made.stderr);
  const token = made.stdout.trim();
  const placed = await call(services['order']!, 'POST', '/orders', { token, body: { ...udon, orderId: 'one-1' } });
  assert.is(placed.status, 201, JSON.stringify(placed.body));
  await eventually(async () => {
    const { body } = await call(services['mypage']!, 'GET', '/myPages', { token });
    assert.equal(
      body.map(({ orderId, status }: { orderId: string; status: string }) => [orderId, status]),
      [['one-1', 'delivered']],
    );
  });
  assert.is((await call(services['pay']!, 'GET', '/pays/one-1', { token })).body.status, 'paid');
  assert.is((await call(services['store']!, 'GET', '/stores')).body[0].storeId, 'noodle-bar');
  assert.is((await call(services['order']!, 'GET', '/orders/one-1')).status, 401);

  const { code, stderr } = await process.kill();
  assert.is(code, 0, stderr);
  for (const word of [token, secretText]) assert.not.match(stderr, word);
});

test('a token says who it is for and how long it holds; it takes a secret to make one', async ({ at }) => {
  const env = { ...at.env, BAEDAL_JWT_SECRET: secretText };
  const make = (...args: string[]) => baedal(['token', ...args], { env });
  const { stdout } = await make('--role', 'rider', '--subject', 'han', '--for', '90s', '--json');
  const { token, role, subject, expiresAt } = JSON.parse(stdout);
  assert.equal([role, subject], ['rider', 'han']);
  assert.ok(expiresAt > Date.now() + 60_000 && expiresAt <= Date.now() + 90_000);
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
  assert.equal([claims.sub, claims.role, claims.exp], ['han', 'rider', Math.floor(expiresAt / 1_000)]);

  const kim = ['--role', 'customer', '--subject', 'kim'];
  says(await make('--role', 'king', '--subject', 'kim'), 2, /no role "king"\. The roles are customer, store/);
  says(await make('--role', 'customer', '--subject', '../x'), 2, /subject must be 1 to 64 letters/);
  says(await make(...kim, '--for', 'ever'), 2, /such as 90s, 30m, 1h or 7d, a year at most, not "ever"/);
  says(await make(...kim, '--for', '2000d'), 2, /a year at most/);
  says(
    await baedal(['token', ...kim], { env: at.env }),
    2,
    /no secret to sign it with\. Name one with --jwt-secret-file/,
  );
  const jwks = { ...at.env, BAEDAL_JWKS: 'https://login.example.com/jwks.json' };
  says(await baedal(['token', ...kim], { env: jwks }), 2, /tokens come from whoever runs it/);
});

test('tokens are made for whom the services take them, and who would take those of others is told so', async (context) => {
  const { at } = context;
  const env = { BAEDAL_JWT_SECRET: secretText, BAEDAL_JWT_ISSUER: 'us', BAEDAL_JWT_AUDIENCE: 'baedal' };
  const { services } = await serve(context, ['mypage'], env);
  const status = async (...flags: string[]) => {
    const made = await baedal(['token', '--role', 'customer', '--subject', 'kim', ...flags], {
      env: { ...at.env, ...env },
    });
    return (await call(services['mypage']!, 'GET', '/myPages', { token: made.stdout.trim() })).status;
  };
  assert.is(await status(), 200);
  assert.is(await status('--jwt-audience', 'another'), 401);
  assert.is(await status('--jwt-issuer', 'them'), 401);

  const jwks = ['--jwks', 'https://login.example.com/jwks.json'];
  const careless = await serve(context, ['mypage', ...jwks]);
  await careless.process.waitForLine('Ctrl-C stops.');
  assert.is(careless.process.stderr().split('Set --jwt-audience to').length, 2, 'it is said once');
  const careful = await serve(context, ['mypage', ...jwks, '--jwt-audience', 'baedal']);
  await careful.process.waitForLine('Ctrl-C stops.');
  assert.not.match(careful.process.stderr(), '--jwt-audience');
});

test('without keys everybody on this machine is an operator, and nobody else gets in', async (context) => {
  const { process, services } = await serve(context, ['mypage']);
  await process.waitForLine('No keys for tokens are configured');
  const url = services['mypage']!;
  assert.is((await call(url, 'GET', '/myPages?customer=kim')).status, 200);
  const { port } = new URL(url);
  const ask = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/myPages', headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      }).on('error', reject);
    });
  for (const host of ['localhost', '127.0.0.1', '[::1]', `localhost:${port}`, 'LOCALHOST'])
    assert.is(await ask({ host }), 200, host);
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '10.0.0.1', 'localhost@evil'])
    assert.is(await ask({ host }), 403, host);
  assert.is(await ask({ host: 'localhost', 'x-forwarded-host': 'evil.example' }), 403);
  assert.is(await ask({ host: 'localhost', origin: 'https://evil.example' }), 403);
  assert.is(await ask({ host: 'localhost', origin: 'null' }), 403);
  assert.is(await ask({ host: 'localhost', origin: 'http://localhost:3000' }), 200);
});

test('what cannot be, is said, with what to do', async ({ at }) => {
  const weak = `${at.settings.data}-weak`;
  writeFileSync(weak, 'too short\n');
  const tries: [string[], RegExp, Record<string, string>?][] = [
    [['cook'], /no service "cook"\. The services are order, pay, store, mypage, and all/],
    [['order', '--port', '65536'], /The port must be a whole number from 0 to 65,535, not "65536"/],
    [['all', '--port', '65535'], /from 0 to 65,532/],
    [['order', '--rate-limit', '-1'], /The rate limit must be a whole number/],
    [['order', '--host', '0.0.0.0'], /--host 0\.0\.0\.0 needs some: --jwt-secret-file FILE or --jwks URL/],
    [['order', '--host', 'example.com'], /everybody would be an operator/],
    [
      ['order', '--jwt-secret-file', weak],
      /weak has 9 bytes, which can be guessed\. It needs at least 32\. Make one with/,
    ],
    [['order', '--jwt-secret-file', '/nowhere'], /\/nowhere with the secret cannot be read/],
    [['order'], /BAEDAL_JWT_SECRET has 5 bytes/, { BAEDAL_JWT_SECRET: 'short' }],
    [['order', '--jwks', 'login'], /"login" is no address of keys: it is no web address/],
    [['order', '--jwks', 'http://login.example.com/keys'], /keys of their own; use https/],
    [
      ['order', '--jwks', 'https://a:b@login.example.com'],
      /"https:\/\/\*\*\*@login\.example\.com" is no address of keys/,
    ],
    [
      ['order', '--jwks', 'https://login.example.com/keys'],
      /in one way only\. Set a secret \(BAEDAL_JWT_SECRET\) or a server of keys .* not both/,
      { BAEDAL_JWT_SECRET: secretText },
    ],
    [['order', '--broker', 'sqlite:x'], /embedded broker is --broker sqlite: and nothing more/],
    [['order', '--broker', 'http://x'], /no address of a RabbitMQ/],
  ];
  for (const [args, what, env] of tries)
    says(await baedal(['serve', ...args], { env: { ...at.env, BAEDAL_BROKER: undefined, ...env } }), 2, what);
});

test('a port in use is said to be', async ({ at }) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const ended = await baedal(['serve', 'pay', '--port', String(port)], { env: at.env });
  says(ended, 1, new RegExp(`^Port ${port} is in use\\. Choose another one with --port`));
  const json = await baedal(['serve', 'pay', '--port', String(port), '--json'], { env: at.env });
  assert.is(JSON.parse(json.stdout).error.code, 'service-not-started');
  other.close();
});

test('while the broker is away it lives, is not ready, and says at once that nothing can be done', async (context) => {
  const { services } = await serve(context, ['order'], { BAEDAL_BROKER: 'amqp://guest:secret@127.0.0.1:1' });
  const url = services['order']!;
  assert.is((await call(url, 'GET', '/health/live')).status, 200);
  const ready = await call(url, 'GET', '/health/ready');
  assert.equal([ready.status, ready.body.error.code], [503, 'not-ready']);
  assert.match(ready.body.error.message, /^The broker is down/);
  const since = Date.now();
  const placed = await call(url, 'POST', '/orders', { body: { ...udon, customerId: 'kim' } });
  assert.equal([placed.status, placed.body.error.code, placed.headers.get('retry-after')], [503, 'unavailable', '1']);
  const seen = await call(url, 'GET', '/orders/x');
  assert.equal([seen.status, seen.body.error.code], [503, 'unavailable']);
  assert.is((await call(url, 'DELETE', '/orders/x')).status, 503);
  assert.ok(Date.now() - since < 9_000, 'it did not hang');
  for (const { body } of [ready, placed, seen]) assert.not.match(JSON.stringify(body), /guest|secret|127\.0\.0\.1/);
  const ended = await context.running[0]!.kill();
  assert.is(ended.code, 0, ended.stderr);
  assert.not.match(ended.stderr, 'guest:secret');
});

test('told to stop it finishes what is in hand, ends the streams, takes nothing more, and is gone', async (context) => {
  const { at, running } = context;
  running.push(await at.up('--quiet', '--manual'));
  const { process, services } = await serve(context, ['order', '--log']);
  const url = services['order']!;
  await eventually(async () => assert.is((await call(url, 'GET', '/health/ready')).status, 200));
  await call(url, 'POST', '/orders', { body: { ...udon, customerId: 'kim', orderId: 'one-1' } });
  const stream = await new Promise<IncomingMessage>((resolve) =>
    get(`${url}/orders/one-1/events`, { agent: false }, resolve),
  );
  const ended = new Promise((resolve) => stream.once('end', resolve));
  stream.resume();
  const others = Array.from({ length: 20 }, (_, i) =>
    call(url, 'POST', '/orders', { body: { ...udon, customerId: 'kim', orderId: `more-${i}` } }).catch(() => undefined),
  );
  await Promise.race(others);
  const since = Date.now();
  const { code, stderr } = await process.kill();
  assert.is(code, 0, stderr);
  assert.ok(Date.now() - since < 11_000);
  await ended;
  for (const answer of await Promise.all(others))
    if (answer) assert.ok([201, 503].includes(answer.status), JSON.stringify(answer.body));
  assert.match(stderr, /Stopping: finishing what is in hand/);
  assert.match(stderr, /"method":"POST","path":"\/orders","status":201/);
  await call(url, 'GET', '/health/live').then(
    () => assert.unreachable('it still listens'),
    () => undefined,
  );
});

test.run();
