import { createHistogram } from 'node:perf_hooks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Telemetry, telemetryIn } from '../../src/cli/telemetry.ts';
import { startTelling, Teller, type TellerOptions } from '../../src/cli/teller.ts';

/** A teller of one host whose clock and counts are ours, and what it told. */
function stage(options: Partial<TellerOptions> = {}) {
  const told: Telemetry[] = [];
  const counts = { handled: 100, repeated: 0, retried: 0, buried: 0, inHand: 0 };
  const latency = createHistogram();
  const clock = { elapsed: 50_000, now: 1_700_000_000_000 };
  const all: TellerOptions = {
    broker: { broadcast: (body) => told.push(body as Telemetry) },
    about: { source: 's', host: 'h', pid: 1, startedAt: 2 },
    hosts: [{ actor: 'order', partition: 0, stats: () => ({ ...counts, latency }) }],
    breakers: () => [{ partner: 'psp', state: 'open' }],
    memoryBytes: () => 3,
    now: () => clock.now,
    elapsed: () => clock.elapsed,
    ...options,
  };
  return { all, told, counts, latency, clock };
}

test('what is told is telemetry, and the rate is that of the time since it was last told', () => {
  const { all, told, counts, clock } = stage();
  const { tell } = new Teller(all);
  tell();
  counts.handled += 30;
  Object.assign(counts, { inHand: 4, retried: 5, buried: 6 });
  clock.elapsed += 2_000;
  clock.now -= 3_600_000; // the clock of the day is set back
  tell();
  assert.equal(told[1], {
    source: 's',
    host: 'h',
    pid: 1,
    startedAt: 2,
    at: 1_700_000_000_000 - 3_600_000,
    memoryBytes: 3,
    actors: [
      {
        actor: 'order',
        partition: 0,
        handledPerS: 15,
        handled: 130,
        inHand: 4,
        retried: 5,
        buried: 6,
        latencyMs: null,
      },
    ],
    breakers: [{ partner: 'psp', state: 'open' }],
  });
  assert.is(told[0]!.actors[0]!.handledPerS, 0, 'no time has passed at the first telling');
  for (const one of told) assert.equal(telemetryIn(JSON.parse(JSON.stringify(one))), one);
});

test('latencies are milliseconds, and only those since it was last told', () => {
  const { all, told, latency } = stage();
  const { tell } = new Teller(all);
  for (let us = 1; us <= 100; us++) latency.record(us * 1_000);
  tell();
  tell();
  const { p50, p95, p99, max } = told[0]!.actors[0]!.latencyMs!;
  for (const [found, expected] of [
    [p50, 50],
    [p95, 95],
    [p99, 99],
    [max, 100],
  ] as const)
    assert.ok(Math.abs(found - expected) <= 0.1, `${found} is not about ${expected}`);
  assert.is(told[1]!.actors[0]!.latencyMs, null);
});

test('the side that folds the journal tells how far it is', () => {
  const { all, told } = stage({ readModel: () => ({ next: 12, lagMs: null }) });
  new Teller(all).tell();
  assert.equal(told[0]!.readModel, { next: 12, lagMs: null });
});

test('it is told at once, again and again, and no more once it is stopped', async () => {
  const { all, told } = stage();
  const stop = startTelling(all);
  assert.is(told.length, 1);
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('it was not told again')), 20_000);
    const look = setInterval(() => {
      if (told.length < 2) return;
      clearInterval(look);
      clearTimeout(late);
      resolve();
    }, 10);
  });
  stop();
  const so = told.length;
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  assert.is(told.length, so);
});

test.run();
