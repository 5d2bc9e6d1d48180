import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnBaedal } from '../harness/baedal.ts';
import { folder, play, reportOf, simulate, sound } from './simulating.ts';

const test = suite('baedal simulate');
test.after(() => folder.remove());

const shipped = ['cancel-storm', 'lunch-rush', 'payment-overload', 'rider-shortage', 'seed-siege', 'store-outage'];

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

test('one that is over before it can be told of ends all the same', async () => {
  const { code, stderr } = await simulate('lunch-rush', '--length', '0.000000001');
  assert.is(code, 1, stderr); // nobody came, so nothing could be measured
});

test.run();
