import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Fate } from '../../simulator/fate.ts';
import { simulate } from '../../simulator/simulate.ts';
import { hashOfWorlds } from './hash-of-worlds.ts';

const seeds = 60;

test('the same seed is the same story, byte for byte', async () => {
  const [first, second] = [await simulate(7, { telling: true }), await simulate(7, { telling: true })];
  assert.ok(first.story.length > 20);
  assert.equal(first.story, second.story);
  assert.is(first.fingerprint, second.fingerprint);
  assert.is((await simulate(7)).fingerprint, first.fingerprint, 'that it is told changes nothing');
  assert.is.not((await simulate(8)).fingerprint, first.fingerprint);
});

test('it is the same in another process, whatever the time and whatever ran before', async () => {
  const here = await hashOfWorlds(1, seeds);
  const script = fileURLToPath(new URL('./hash-of-worlds.ts', import.meta.url));
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, '1', String(seeds)], { timeout: 60_000 });
  assert.is(stdout, here);
  assert.is(here.length, createHash('sha256').digest('hex').length);
});

test('timers, clocks and randomness are given back, also where the world breaks', async () => {
  const real = [
    setTimeout,
    setImmediate,
    clearTimeout,
    clearImmediate,
    setInterval,
    Date.now,
    Math.random,
    performance.now,
  ];
  await simulate(1);
  const breaking = () => {
    throw new Error('broken on purpose');
  };
  await simulate(1, { tamper: breaking }).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'broken on purpose'),
  );
  assert.equal(
    [setTimeout, setImmediate, clearTimeout, clearImmediate, setInterval, Date.now, Math.random, performance.now],
    real,
  );
});

test('what is taken out of a story leaves the other answers what they were', () => {
  const ask = (fate: Fate) =>
    Array.from({ length: 50 }, () => [fate.pick('one', [0, 1, 2]), fate.happens('other', 30)] as const);
  const whole = ask(new Fate(3));
  const without = ask(new Fate(3, new Set(['one'])));
  assert.ok(whole.some(([one]) => one !== 0));
  assert.ok(without.every(([one]) => one === 0));
  assert.equal(
    without.map(([, other]) => other),
    whole.map(([, other]) => other),
  );
});

test.run();
