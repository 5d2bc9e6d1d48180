import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Heard } from '../../src/cli/heard.ts';
import type { ActorTelemetry, Telemetry } from '../../src/cli/telemetry.ts';

const of = (actor: string, told: Partial<ActorTelemetry> = {}): ActorTelemetry => ({
  actor,
  partition: 0,
  handledPerS: 0,
  handled: 0,
  inHand: 0,
  retried: 0,
  buried: 0,
  latencyMs: null,
  ...told,
});

const telling = (source: string, actors: ActorTelemetry[], told: Partial<Telemetry> = {}): Telemetry => ({
  source,
  host: 'kitchen-pc',
  pid: 7,
  startedAt: 1_700_000_000_000,
  at: 1_700_000_000_000,
  memoryBytes: 80_000_000,
  actors,
  breakers: [],
  ...told,
});

const healthOf = (heard: Heard, actor: string, at: number) =>
  heard.health(at).actors.find((one) => one.actor === actor)!;

test('before anything is heard, every actor is down, in the order in which a meal meets them', () => {
  const { actors, processes, breakers } = new Heard().health(0);
  assert.equal(
    actors.map(({ actor, up }) => [actor, up]),
    ['order', 'payment', 'kitchen', 'rider', 'notifier'].map((actor) => [actor, false]),
  );
  assert.equal([processes, breakers], [[], []]);
});

test('an actor is up until nobody has told of it for three seconds of the hearer’s clock', () => {
  const heard = new Heard();
  heard.hear(telling('a', [of('order', { handledPerS: 5, inHand: 2 })], { at: 1 }), 10_000);
  assert.equal(
    [10_000, 12_999, 13_000].map((at) => healthOf(heard, 'order', at).up),
    [true, true, false],
  );
  assert.is(healthOf(heard, 'kitchen', 10_000).up, false);
  assert.equal(
    [12_999, 13_000].map((at) => healthOf(heard, 'order', at).inHand),
    [2, 0],
  );
  heard.hear(telling('a', [of('order')], { at: 2 }), 14_000);
  assert.is(healthOf(heard, 'order', 14_000).up, true);
});

test('two sources of one actor are summed, and the worst latency is told', () => {
  const heard = new Heard();
  const counts = { handledPerS: 1.5, handled: 100, inHand: 2, retried: 3, buried: 1 };
  heard.hear(telling('a', [of('order', { ...counts, latencyMs: { p50: 1, p95: 2, p99: 30, max: 40 } })]), 0);
  heard.hear(telling('b', [of('order', { ...counts, latencyMs: { p50: 4, p95: 5, p99: 6, max: 90 } })]), 2_000);
  const both = { handledPerS: 3, handled: 200, inHand: 4, retried: 6, buried: 2 };
  const { actor, up, history, ...sums } = healthOf(heard, 'order', 2_000);
  assert.equal(sums, { ...both, latencyMs: { p50: 4, p95: 5, p99: 30, max: 90 } });
  const later = healthOf(heard, 'order', 3_500);
  assert.is(later.up, true, 'one of them is enough');
  assert.equal([later.handled, later.latencyMs!.p99], [100, 6]);
});

test('partitions of one actor are summed too', () => {
  const heard = new Heard();
  heard.hear(telling('a', [of('order', { inHand: 1 }), of('order', { partition: 1, inHand: 2 })]), 0);
  assert.is(healthOf(heard, 'order', 0).inHand, 3);
});

test('the sides of a process are one process; it is missing after three seconds and forgotten after a minute', () => {
  const heard = new Heard();
  heard.hear(telling('a', [of('rider'), of('order')], { memoryBytes: 1, startedAt: 5 }), 0);
  heard.hear(telling('b', [of('notifier')], { memoryBytes: 2, startedAt: 6 }), 100);
  heard.hear(telling('c', [of('kitchen')], { pid: 8, memoryBytes: 3, startedAt: 7 }), 2_000);
  const first = { host: 'kitchen-pc', pid: 7, startedAt: 5, memoryBytes: 2, actors: ['order', 'rider', 'notifier'] };
  const second = { host: 'kitchen-pc', pid: 8, startedAt: 7, memoryBytes: 3, actors: ['kitchen'] };
  assert.equal(heard.health(4_000).processes, [
    { ...first, heardAgoMs: 3_900, up: false },
    { ...second, heardAgoMs: 2_000, up: true },
  ]);
  assert.is(heard.health(60_100).processes.length, 2);
  assert.equal(
    heard.health(61_000).processes.map(({ pid }) => pid),
    [8],
  );
});

test('of several breakers of one partner, the worst that is heard counts', () => {
  const heard = new Heard();
  const breakers = (state: 'closed' | 'half-open' | 'open') => ({ breakers: [{ partner: 'psp', state }] });
  heard.hear(telling('works', [], breakers('open')), 0);
  heard.hear(telling('stands by', [], breakers('closed')), 2_000);
  assert.equal(heard.health(2_000).breakers, [{ partner: 'psp', state: 'open' }]);
  assert.equal(heard.health(4_000).breakers, [{ partner: 'psp', state: 'closed' }]);
  heard.hear(telling('works', [], breakers('half-open')), 4_000);
  assert.equal(heard.health(4_000).breakers, [{ partner: 'psp', state: 'half-open' }]);
});

test('the history has a sample a second, the last sixty, gaps included', () => {
  const heard = new Heard();
  for (let second = 0; second < 3; second++)
    heard.hear(telling('a', [of('order', { handledPerS: 10 + second })]), second * 1_000 + 500);
  assert.equal(healthOf(heard, 'order', 2_500).history, [10, 11]);
  assert.equal(healthOf(heard, 'order', 2_600).history, [10, 11], 'asking more often adds none');
  assert.equal(healthOf(heard, 'order', 8_000).history, [10, 11, 12, 12, 0, 0, 0]);
  const { history } = healthOf(heard, 'order', 1_000_000);
  assert.equal(history, Array(60).fill(0));
});

test('a clock that is set back stops nothing', () => {
  const heard = new Heard();
  heard.hear(telling('a', [of('order', { handledPerS: 1 })]), 1_000_000);
  heard.hear(telling('a', [of('order', { handledPerS: 2 })]), 500);
  assert.is(healthOf(heard, 'order', 600).handledPerS, 2);
  assert.equal(healthOf(heard, 'order', 1_500).history, [2]);
});

test('what is no telemetry is not heard, and what a newer version tells besides is no trouble', () => {
  const heard = new Heard();
  const good = telling('a', [of('order')]);
  const bad = [
    undefined,
    7,
    {},
    [],
    { ...good, source: '' },
    { ...good, pid: 'x' },
    { ...good, actors: [{ actor: 'order' }] },
    { ...good, actors: [of('order', { inHand: -1 })] },
    { ...good, breakers: [{ partner: 'psp', state: 'ajar' }] },
  ];
  for (const body of bad) heard.hear(body, 0);
  assert.equal(heard.health(0).processes, []);
  heard.hear({ ...good, mood: 'fine', actors: [{ ...of('order'), mood: 'fine' }, of('loyalty')] }, 0);
  assert.is(healthOf(heard, 'order', 0).up, true);
});

test('the read model is told of by who has folded furthest', () => {
  const heard = new Heard();
  assert.is(heard.health(0).readModel, undefined);
  heard.hear(telling('a', [], { readModel: { next: 5, lagMs: null } }), 0);
  heard.hear(telling('b', [], { readModel: { next: 9, lagMs: { p50: 1, p99: 2 } } }), 1_000);
  assert.equal(heard.health(1_000).readModel, { next: 9, lagMs: { p50: 1, p99: 2 } });
  assert.is(heard.health(4_000).readModel, undefined);
});

test.run();
