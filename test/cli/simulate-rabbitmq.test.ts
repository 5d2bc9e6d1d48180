import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'amqplib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startPrivateNode } from '../../scripts/rabbitmq/private.js';
import { removeTopology } from '../../src/broker/rabbitmq/remove.ts';
import { topology } from '../../src/cli/open-broker.ts';
import type { Settings } from '../../src/cli/settings.ts';
import { testUrl } from '../broker/rabbitmq/place.ts';
import { baedal, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { actorsOf, folder, isAlive, play, reportOf, simulate, sound, timeoutMs } from './simulating.ts';

const test = suite('baedal simulate, RabbitMQ');
test.after(() => folder.remove());

test('the same script on RabbitMQ, and nothing is left on it afterwards', async () => {
  const model = await connect(testUrl());
  const { code, report } = await play(
    `about: On RabbitMQ
phases:
  - { name: one, for: 2s, arrivals: { rate: 30, poisson: true } }
faults:
  - { at: 1s, for: 1s, kill: payment }
expect: { served: at least 100% }
`,
    '--broker',
    testUrl(),
  );
  try {
    sound(report);
    assert.is(code, 0);
    assert.match(report.broker, /^RabbitMQ at amqp:/);
    assert.not.match(JSON.stringify(report), /guest:guest/);
  } finally {
    await model.close();
  }
});

test('where something is left undone it can be looked at, on RabbitMQ too', async () => {
  const { code, stderr } = await play(
    'about: Too short\nphases:\n  - { name: one, orders: 3, arrivals: 50 }\ndrain: 1ms\n',
    '--broker',
    testUrl(),
  );
  assert.is(code, 1, stderr);
  const [, namespace, data] = /BAEDAL_NAMESPACE=(\S+) baedal order list --data (\S+) --broker amqp:/.exec(stderr) ?? [];
  assert.ok(namespace && data, stderr);
  const env = { BAEDAL_NAMESPACE: namespace, BAEDAL_DATA: data, BAEDAL_BROKER: testUrl() };
  try {
    const { stdout } = await baedal(['order', 'list', '--json'], { env });
    assert.is((JSON.parse(stdout) as unknown[]).length, 3, stdout);
  } finally {
    rmSync(data, { recursive: true });
    await removeTopology(testUrl(), topology({ namespace } as Settings));
  }
});

test('a RabbitMQ that is restarted, by a command that we are given, loses nothing', async () => {
  const { node, stop } = await startPrivateNode();
  const server = createServer((_request, response) => {
    node
      .kill('SIGKILL')
      .then(() => node.start())
      .then(
        () => response.end('done'),
        (error) => response.writeHead(500).end(String(error)),
      );
  });
  try {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const restart = `node -e "fetch('http://127.0.0.1:${port}').then(r => process.exit(r.ok ? 0 : 1))"`;
    const { report } = await play(
      `about: The broker restarts
mix: { patience: 60s }
phases:
  - { name: one, for: 10s, arrivals: 10 }
faults:
  - { at: 3s, broker: restart }
drain: 2m
expect: { served: at least 100% }
`,
      '--broker',
      node.url,
      '--restart-broker',
      restart,
    );
    sound(report);
    assert.is(report.outcomes.delivered, 100);
  } finally {
    server.close();
    await stop();
  }
});

test('a broker that is away is said in a sentence, by its own exit code', async () => {
  const { code, stdout, stderr } = await simulate(
    ...['--orders', '5', '--rate', '50', '--json', '--broker', 'amqp://guest:guest@127.0.0.1:1,127.0.0.1:2'],
  );
  assert.is(code, 5, stderr);
  assert.match(stderr, /Cannot reach RabbitMQ at amqp:.*127\.0\.0\.1:1/);
  assert.is((JSON.parse(stdout) as { error: { code: string } }).error.code, 'broker-unreachable');
});

test('a broker that goes in the middle and stays away leaves a report all the same', async () => {
  const { node, stop } = await startPrivateNode();
  const file = folder.file('away.yaml');
  writeFileSync(
    file,
    'about: It stays away\nmix: { patience: 3s }\nphases:\n  - { name: one, for: 8s, arrivals: 10 }\ndrain: 2s\n',
  );
  const data = folder.file('away'); // it is kept
  const running = spawnBaedal(['simulate', file, '--json', '--broker', node.url, '--data', data]);
  try {
    await running.waitForLine('in flight', timeoutMs);
    await node.kill('SIGKILL');
    const { code, stdout, stderr } = await running.ended;
    assert.is(code, 1, stderr);
    assert.match(reportOf(stdout).failures.join('\n'), /The audit could not be made/);
    assert.match(stderr, /is still on RabbitMQ, and has to be deleted by hand/);
  } finally {
    await running.kill('SIGKILL');
    await stop();
  }
});

test('a broker that cannot be restarted is said before anything begins', async () => {
  const file = folder.file('restart.yaml');
  writeFileSync(
    file,
    'about: x\nphases:\n  - { name: a, for: 1s, arrivals: 1 }\nfaults:\n  - { at: 1s, broker: restart }\n',
  );
  assert.match((await simulate(file)).stderr, /the embedded one has nothing to restart/);
  const { code, stderr } = await simulate(file, '--broker', testUrl());
  assert.is(code, 2);
  assert.match(stderr, /Say how, with --restart-broker/);
});

test('a second Ctrl-C ends it at once, and says what is left on RabbitMQ', async () => {
  const running = spawnBaedal(['simulate', 'lunch-rush', '--broker', testUrl()]);
  await running.waitForLine('phase: before noon');
  const actors = actorsOf(running);
  assert.ok(actors.length > 0);
  void running.kill('SIGINT');
  await running.waitForLine('once more to stop at once');
  const { code, stderr } = await running.kill('SIGINT');
  assert.is(code, 130);
  const [, namespace] = /What begins with (simulate-[0-9a-f]{8})\.\S+ is still on RabbitMQ/.exec(stderr) ?? [];
  assert.ok(namespace, stderr);
  await eventually(() => assert.equal(actors.filter(isAlive), []));
  await removeTopology(testUrl(), topology({ namespace } as Settings));
});

test.run();
