import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'amqplib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startPrivateNode } from '../../scripts/rabbitmq/private.js';
import { removeTopology } from '../../src/broker/rabbitmq/remove.ts';
import { topology } from '../../src/cli/open-broker.ts';
import { ledgerOf } from '../../src/cli/own-psp.ts';
import type { Settings } from '../../src/cli/settings.ts';
import type { Report } from '../../src/simulation/report.ts';
import { testUrl } from '../broker/rabbitmq/place.ts';
import { baedal, type Running, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { ledgerLines } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { order, stage } from './platform-under-test.ts';

const test = suite('baedal simulate');
const folder = tempFolder();
test.after(() => folder.remove());

const timeoutMs = 150_000;
const shipped = ['cancel-storm', 'lunch-rush', 'payment-overload', 'rider-shortage', 'seed-siege', 'store-outage'];

const simulate = (...args: string[]) => baedal(['simulate', ...args], { timeoutMs });
const reportOf = (stdout: string): Report => JSON.parse(stdout) as Report;
/** Plays a script of ours. */
async function play(text: string, ...args: string[]) {
  const file = folder.file('script.yaml');
  writeFileSync(file, text);
  const { code, stdout, stderr } = await simulate(file, '--json', ...args);
  if (stdout === '') throw new Error(stderr);
  return { code, report: reportOf(stdout), stderr };
}
const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended meanwhile
  }
};
/** Processes with these words on their command line. */
const pidsWith = (words: string): number[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .filter((pid) => commandLine(pid).includes(words));
const processesWith = (words: string): string[] => pidsWith(words).map(commandLine);
/** The actors' processes of a simulation: others may run just now, of others. */
const actorsOf = ({ pid }: Running): number[] =>
  pidsWith('--with-parent').filter((child) => {
    try {
      return readFileSync(`/proc/${child}/status`, 'utf8').includes(`\nPPid:\t${pid}\n`);
    } catch {
      return false; // it has ended meanwhile
    }
  });
const isAlive = (pid: number): boolean => commandLine(pid) !== '';

const sound = ({ failures, audit, totals, outcomes }: Report) => {
  assert.equal(failures, []);
  assert.is(audit!.findings, 0, String(audit!.examples));
  assert.equal(totals.unanswered, {});
  const ended = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  assert.is(ended, totals.offered, 'everybody who came is in one of the ends');
};

test('the scripts that come along are listed, and can be read', async () => {
  const { code, stdout } = await simulate('--list', '--json');
  assert.is(code, 0);
  assert.equal(
    (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name),
    shipped,
  );
  assert.match((await simulate('--list')).stdout, /store-outage +The store's side is down/);
});

test('so many orders at a rate, without a script: all are served, and the exit code says so', async () => {
  const { code, stdout, stderr } = await simulate('--orders', '60', '--rate', '40');
  assert.is(code, 0, stderr);
  assert.match(stdout, /^✓ orders held/m);
  assert.match(stdout, /60 orders asked for: 60 placed/);
  assert.match(stderr, /phase: orders/);
});

test('so many customers, each of whom orders again', async () => {
  const { code, stdout } = await simulate('--orders', '50', '--customers', '10', '--json');
  assert.is(code, 0);
  const report = reportOf(stdout);
  sound(report);
  assert.ok(report.totals.offered >= 50 && report.totals.offered < 60, String(report.totals.offered));
  assert.is(report.outcomes.delivered, report.totals.offered);
});

test('a promise that is not kept ends with 1, and is named', async () => {
  const { code, report } = await play(`about: Too much to ask
phases:
  - { name: one, orders: 5, arrivals: 50, expect: { placedPerSecond: at least 90000 } }
`);
  assert.is(code, 1);
  assert.is(report.passed, false);
  assert.equal(
    report.judged.map(({ what, kept }) => [what, kept]),
    [['orders placed a second', false]],
  );
  sound(report);
});

test('the kitchen is away, and killed: orders are taken meanwhile, and all are cooked in the end', async () => {
  const { code, report, stderr } = await play(`about: Trouble
mix: { cancel: 20%, cancelAfter: 0-1s, badCards: 10% }
phases:
  - { name: open, for: 1s, arrivals: 30 }
  - { name: away, for: 3s, arrivals: 30, expect: { availability: at least 100% } }
  - { name: back, for: 2s, arrivals: 30 }
faults:
  - { during: away, down: kitchen }
  - { at: 5s, for: 1s, kill: notifier }
expect: { served: at least 100%, cancelled: at least 5, mostInFlight: at least 60 }
`);
  sound(report);
  assert.equal(
    report.judged.filter(({ kept }) => !kept),
    [],
  );
  assert.is(code, 0, stderr);
  assert.equal(
    report.marks.map(({ kind, text }) => `${kind} ${text}`),
    [
      'phase open',
      'fault kitchen down',
      'phase away',
      'cure kitchen down',
      'phase back',
      'fault notifier killed',
      'cure notifier killed',
    ],
  );
  assert.ok((report.outcomes.rejected ?? 0) > 0, 'some cards do not pay');
});

test('a provider for few: some are turned away at once, who pays later waits, and it works to its limit', async () => {
  const { report } = await play(`about: Overload
processes: [[order, payment]]
provider: { latency: 100-200ms, capacity: 5 }
phases:
  - { name: crowd, for: 6s, customers: 40, expect: { turnedAway: at least 20, capacityUsed: at least 50% } }
  - { name: later, orders: 40, customers: 40, mix: { payLater: 100% }, expect: { availability: at least 100%, served: at least 100% } }
`);
  sound(report);
  assert.equal(
    report.judged.filter(({ kept }) => !kept),
    [],
  );
  assert.ok(report.totals.deferred > 0);
});

test('riders who are people bring every meal, each one at a time', async () => {
  const { code, report } = await play(`about: Three riders
riders: { count: 3, pickup: 10-30ms, ride: 20-50ms }
phases:
  - { name: evening, orders: 60, arrivals: 60 }
expect: { served: at least 100% }
`);
  sound(report);
  assert.is(code, 0);
  assert.is(report.outcomes.delivered, 60);
  assert.ok(report.journey.some(({ from, to }) => from === 'cooked' && to === 'assigned'));
});

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

test('the report is one page, or the data, where it was asked for', async () => {
  const [page, data] = [folder.file('report.html'), folder.file('report.json')];
  await simulate('--orders', '5', '--rate', '50', '--report', page);
  assert.match(readFileSync(page, 'utf8'), /^<!doctype html>/i);
  await simulate('--orders', '5', '--rate', '50', '--report', data);
  assert.is(reportOf(readFileSync(data, 'utf8')).totals.placed, 5);
});

test('a report whose folder is gone when it is over is not lost: stdout has it, and the exit code says so', async () => {
  const place = folder.file('gone');
  mkdirSync(place);
  const running = spawnBaedal(['simulate', '--orders', '5', '--rate', '10', '--json', '--report', `${place}/x.html`]);
  await running.waitForLine('phase: orders');
  rmSync(place, { recursive: true });
  const { code, stdout, stderr } = await running.ended;
  assert.is(code, 1, stderr);
  assert.is(reportOf(stdout).totals.placed, 5);
  assert.match(stderr, /The report could not be written to .*x\.html \(ENOENT/);
});

test('on a platform that runs already nothing is done but ordering', async () => {
  const at = stage('sqlite:');
  const up = await at.up('--quiet');
  try {
    const { code, stdout, stderr } = await baedal(
      ['simulate', '--attach', '--orders', '20', '--rate', '40', '--json'],
      { env: at.env, timeoutMs },
    );
    assert.is(code, 0, stderr);
    sound(reportOf(stdout));
    const { data } = await at.json('order', 'list', '--status', 'delivered');
    assert.is(data.length, 20);
  } finally {
    await up.kill();
    await at.cleanUp();
  }
});

test('on a platform of others it is not to blame for what was wrong with them before', async () => {
  const at = stage('sqlite:');
  try {
    const before = await at.up('--quiet');
    await at.json(...order('--wait', 'delivered'));
    await before.kill();
    const ledger = ledgerOf(at.settings);
    const [line] = ledgerLines(ledger);
    appendFileSync(ledger, `${JSON.stringify({ ...line, orderId: 'nobody-1', paymentKey: 'tpay_x' })}\n`);
    const up = await at.up('--quiet');
    const { code, stdout } = await baedal(['simulate', '--attach', '--orders', '5', '--rate', '10', '--json'], {
      env: at.env,
      timeoutMs,
    });
    await up.kill();
    assert.equal(reportOf(stdout).audit!.examples, []);
    assert.is(code, 0);
  } finally {
    await at.cleanUp();
  }
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

test('Ctrl-C ends it early: what is under way is finished, nothing of it keeps running, and the report is made', async () => {
  const running = spawnBaedal(['simulate', 'lunch-rush', '--json']);
  await running.waitForLine('phase: before noon');
  await eventually(() => processesWith('--with-parent').length > 0);
  const { code, stdout, stderr } = await running.kill('SIGINT');
  assert.is(code, 130, stderr);
  const report = reportOf(stdout);
  assert.match(report.failures[0]!, /stopped before its end/);
  assert.is(report.audit!.findings, 0);
});

test('where one of its processes does not start, the others are ended, and so is it', async () => {
  const file = folder.file('unstartable.yaml');
  writeFileSync(
    file,
    'about: x\nphases:\n  - { name: a, for: 10s, arrivals: 1 }\nfaults:\n  - { at: 1s, for: 1s, down: rider }\n',
  );
  const data = folder.file('unstartable');
  const running = spawnBaedal(['simulate', file, '--data', data, '--seed', '0']);
  const actors = await eventually(() => {
    const both = actorsOf(running);
    assert.is(both.length, 2);
    return both;
  });
  process.kill(actors.find((pid) => commandLine(pid).includes('order,payment'))!, 'SIGKILL');
  const { code, stderr } = await running.ended;
  assert.is(code, 1, stderr);
  assert.match(stderr, /could not be started: it ended with SIGKILL/);
  assert.equal(actors.filter(isAlive), []);
});

test('however it ends, its platform ends with it', async () => {
  const data = folder.file('kept');
  const running = spawnBaedal(['simulate', 'lunch-rush', '--data', data]);
  await running.waitForLine('phase: before noon');
  assert.ok(processesWith(data).length > 0);
  await running.kill('SIGKILL');
  await eventually(() => assert.equal(processesWith(data), []));
});

for (const [what, args, complaint] of [
  ['no script', [], /Name a script, such as lunch-rush/],
  ['a name that is none', ['lunch-rsh'], /Did you mean lunch-rush\?/],
  ['a file that is not there', ['mine.yaml'], /mine\.yaml: there is no such file/],
  ['a script and flags of none', ['lunch-rush', '--rate', '5'], /--rate is for a simulation without a script/],
  [
    'a rate and customers',
    ['--orders', '5', '--rate', '5', '--customers', '5'],
    /either their --rate or how many --customers/,
  ],
  ['no orders', ['--orders', '0', '--rate', '5'], /whole number from 1/],
  ['a report that is no page', ['lunch-rush', '--report', 'x.pdf'], /\.html or a \.json file/],
  [
    'a report that cannot be written',
    ['lunch-rush', '--report', '/nowhere/x.html'],
    /cannot be written to \/nowhere\/x\.html/,
  ],
  ['faults on a platform that runs', ['store-outage', '--attach'], /makes faults, which --attach does not allow/],
] as const)
  test(`${what} is a mistake, said at once`, async () => {
    const { code, stdout, stderr } = await simulate(...args);
    assert.is(code, 2, stderr);
    assert.match(stderr, complaint);
    assert.is(stdout, '');
  });

test('a broker that is away is said in a sentence, by its own exit code', async () => {
  const { code, stdout, stderr } = await simulate(
    ...['--orders', '5', '--rate', '50', '--json', '--broker', 'amqp://guest:guest@127.0.0.1:1,127.0.0.1:2'],
  );
  assert.is(code, 5, stderr);
  assert.match(stderr, /Cannot reach RabbitMQ at amqp:.*127\.0\.0\.1:1/);
  assert.is((JSON.parse(stdout) as { error: { code: string } }).error.code, 'broker-unreachable');
});

test('one that is over before it can be told of ends all the same', async () => {
  const { code, stderr } = await simulate('lunch-rush', '--length', '0.000000001');
  assert.is(code, 1, stderr); // nobody came, so nothing could be measured
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

test.run();
