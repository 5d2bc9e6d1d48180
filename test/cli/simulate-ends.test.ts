import { appendFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ledgerOf } from '../../src/cli/own-psp.ts';
import { baedal, spawnBaedal } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { ledgerLines } from '../harness/psp.ts';
import { order, stage } from './platform-under-test.ts';
import { actorsOf, commandLine, folder, isAlive, processesWith, reportOf, sound, timeoutMs } from './simulating.ts';

const test = suite('how baedal simulate ends');
test.after(() => folder.remove());

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

test.run();
