import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { baedal, type Ended, type Running, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { endAll, fileOf, fileWith, freePort, route, type Service, service, whole } from './stage.ts';

test.after(endAll);

const scenario = fileURLToPath(new URL('scenario.yml', import.meta.url));

const start = async (file: string, ...args: string[]): Promise<{ running: Running; url: string; port: number }> => {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const running = spawnBaedal(['gateway', '--config', file, ...port, ...args]);
  const [, url = ''] = /Gateway at (http:\/\/[\d.]+:\d+): /.exec(await running.waitForLine('Gateway at'))!;
  return { running, url, port: Number(new URL(url).port) };
};

const to = (one: Service, path = '/x/**') => fileWith(route('X', one.url, path));

/** It ended with this code, said this on stderr, and showed no stack trace. */
function says({ code, stderr }: Ended, expected: number, what: RegExp): void {
  assert.is(code, expected, stderr);
  assert.match(stderr, what);
  assert.not.match(stderr, /\n\s+at /);
}

test('it says where it is and where its routes lead, passes on, and stops when it is told to', async () => {
  const one = await service();
  const { running, url } = await start(to(one), '--json');
  assert.equal(JSON.parse(running.stdout()), { url, routes: [{ id: 'X', uri: one.url }] });
  assert.is((await fetch(`${url}/x/1`)).status, 200);
  const { code, stderr } = await running.kill('SIGINT');
  assert.is(code, 0);
  assert.is(
    stderr,
    `Gateway at ${url}: X → ${one.url}. Ctrl-C stops it.\nStopping: what is in hand is finished first. (once more to stop at once)\n`,
  );
});

test('what is in hand is finished, and streams end in good order, before it stops; a second Ctrl-C does not wait', async () => {
  const waiting: import('node:http').ServerResponse[] = [];
  const one = await service((request, response) => {
    if (request.url === '/x/events')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    else waiting.push(response);
  });
  const first = await start(to(one));
  const events = await fetch(`${first.url}/x/events`);
  const slow = fetch(`${first.url}/x/slow`);
  await eventually(() => waiting.length === 1);
  process.kill(first.running.pid, 'SIGTERM');
  assert.is(await events.text(), 'data: 1\n\n');
  waiting[0]!.end('done');
  assert.is(await (await slow).text(), 'done');
  assert.is((await first.running.ended).code, 0);

  const second = await start(to(one));
  const lost = fetch(`${second.url}/x/slow`).catch(() => 'gone');
  await eventually(() => waiting.length === 2);
  process.kill(second.running.pid, 'SIGINT');
  await second.running.waitForLine('Stopping');
  assert.is((await second.running.kill('SIGINT')).code, 130);
  assert.is(await lost, 'gone');
});

test('after kill -9 a kept connection fails cleanly, and the next one works with the gateway that comes after', async () => {
  const one = await service();
  const file = to(one);
  const port = await freePort();
  const first = await start(file, '--port', String(port));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = async () => {
    const asked = request({ port, host: '127.0.0.1', path: '/x', agent }).end();
    return (await whole(((await once(asked, 'response')) as [IncomingMessage])[0])).status;
  };
  assert.is(await get(), 200);
  await first.running.kill('SIGKILL');
  const error = await get().catch((error) => error);
  assert.match(error.code, /^(?:ECONNREFUSED|ECONNRESET)$/);
  const second = await start(file, '--port', String(port));
  assert.is(await get(), 200);
  agent.destroy();
  await second.running.kill();
});

test('a service that goes away and comes back is told of on stderr, once each', async () => {
  const one = await service();
  await one.stop();
  const { running, url } = await start(to(one));
  for (let i = 0; i < 8; i++) await fetch(`${url}/x/1`);
  await one.start();
  await eventually(async () => (await fetch(`${url}/x/1`)).status === 200);
  const { stderr } = await running.kill();
  const lines = stderr.split('\n').filter((line) => line.startsWith('X ('));
  assert.equal(lines, [
    `X (${one.url}) is left alone for a moment. The last fault: connect ECONNREFUSED 127.0.0.1:${one.port}`,
    `X (${one.url}) is tried with one request.`,
    `X (${one.url}) answers again.`,
  ]);
});

test('--log writes a line for each request, without what was asked for, who asked, or a secret', async () => {
  const one = await service();
  const { running, url } = await start(to(one), '--log');
  await fetch(`${url}/x/1?customer=kim`, {
    headers: { authorization: 'Bearer secret', cookie: 'a=secret', 'x-request-id': 'r-1' },
  });
  await fetch(`${url}/nowhere`);
  const line = await running.waitForLine('/nowhere');
  assert.is(JSON.parse(line).status, 404);
  const { stderr } = await running.kill();
  const lines = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'request');
  const [{ reqId, route, method, path, status, trace }] = lines;
  assert.equal(
    { reqId, route, method, path, status },
    { reqId: 'r-1', route: 'X', method: 'GET', path: '/x/1', status: 200 },
  );
  assert.match(trace, /^[\da-f]{32}$/);
  assert.is(lines.length, 2);
  assert.not.match(stderr, /secret|kim/);
});

test('by default it listens on this machine alone; --host opens it', async () => {
  const one = await service();
  const { running, url, port } = await start(to(one), '--host', '0.0.0.0');
  assert.is(new URL(url).hostname, '127.0.0.1');
  const socket = connect(port, '127.0.0.2');
  await once(socket, 'connect');
  socket.destroy();
  await running.kill();
  const closed = await start(to(one));
  const refused = connect(closed.port, '127.0.0.2');
  await once(refused, 'error');
  await closed.running.kill();
});

test('a port in use, an address that is not ours, and what is no port are said to be', async () => {
  const one = await service();
  const file = to(one);
  says(
    await baedal(['gateway', '--config', file, '--port', String(one.port)]),
    1,
    new RegExp(`Port ${one.port} is in use\\. Choose another one with --port`),
  );
  says(
    await baedal(['gateway', '--config', file, '--port', '0', '--host', '192.0.2.1']),
    1,
    /Nothing can listen at 192\.0\.2\.1/,
  );
  says(
    await baedal(['gateway', '--config', file, '--port', '0', '--host', 'no-such-host.invalid']),
    1,
    /Nothing can listen at no-such-host\.invalid/,
  );
  for (const port of ['65536', 'http', '-1'])
    says(
      await baedal(['gateway', '--config', file, `--port=${port}`]),
      2,
      /The port must be a whole number from 0 to 65,535/,
    );
});

test('a file with mistakes starts nothing, and every mistake is listed; so does check', async () => {
  const file = fileOf(
    `server:\n  prot: 1\nspring:\n  cloud:\n    gateway:\n      routes:\n${route('A', 'lb://a', '/x')}`,
  );
  for (const command of [
    ['gateway', '--config', file],
    ['gateway', 'check', file],
  ]) {
    const ended = await baedal(command);
    says(
      ended,
      2,
      /:2:3: server\.prot: there is no such field\. Did you mean "port"\?\n.*:7:\d+: .*lb: asks a registry/,
    );
    assert.is(ended.stdout, '');
  }
  const { code, stdout } = await baedal(['gateway', 'check', file, '--json']);
  assert.equal([code, JSON.parse(stdout).error.code], [2, 'bad-gateway-file']);
  says(await baedal(['gateway', 'check', '/no/such.yml']), 2, /there is no such file/);
  says(await baedal(['gateway', 'check']), 2, /missing required argument 'file'/);
  says(await baedal(['gateway', '--config', scenario, '--profile', 'dokcer']), 2, /Did you mean --profile docker\?/);
});

test('check shows the routes of every profile, and what works but was hardly meant', async () => {
  const { code, stdout, stderr } = await baedal(['gateway', 'check', scenario]);
  assert.is(code, 0);
  assert.is(stderr, 'It can be used. 2 warnings.\n');
  assert.match(
    stdout,
    /^default, port 8088\nROUTE +PATH +METHOD +SERVICE\nContract +\/contracts\/\*\* +any +http:\/\/localhost:8081\n/,
  );
  assert.match(stdout, /\n\ndocker, port 8080\n.*\nContract +\/contracts\/\*\* +any +http:\/\/Contract:8080\n/);
  assert.match(stdout, /▲ Pages of every origin may use \/\*\* with their visitors’ cookies/);
  const one = await baedal(['gateway', 'check', scenario, '--profile', 'docker', '--json']);
  const { profiles } = JSON.parse(one.stdout);
  assert.is(profiles.length, 1);
  assert.equal(profiles[0].routes[3], { id: 'Mypage', uri: 'http://Mypage:8080', paths: ['/myPages/**'], methods: [] });
  assert.equal([profiles[0].profile, profiles[0].port, profiles[0].warnings.length], ['docker', 8080, 1]);
});

test('the routes that come with baedal are those that it uses where no file is named', async () => {
  const running = spawnBaedal(['gateway', '--port', '0']);
  const line = await running.waitForLine('Gateway at');
  assert.match(
    line,
    /: Store → http:\/\/localhost:8083, Order → http:\/\/localhost:8081, Pay → .*8082, Mypage → .*8084\./,
  );
  await running.kill();
});

test.run();
