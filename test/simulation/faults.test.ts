import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { actorsAtRisk, cuesOf, playCues } from '../../src/simulation/faults.ts';
import { type Script, scriptSchema } from '../../src/simulation/script.ts';
import type { Stage } from '../../src/simulation/stage.ts';

const test = suite('faults');

const script = (faults: object[], more: object = {}): Script => ({
  ...scriptSchema.parse({ about: 'a test', phases: [{ name: 'noon', for: '1s', arrivals: 1 }], faults, ...more }),
  name: 'test',
});

/** Writes down what is done to it. */
function stage(refusing = '') {
  const done: string[] = [];
  const doing = async (what: string) => {
    done.push(what);
    if (what === refusing) throw new Error(`${what} cannot be done`);
  };
  const it: Stage = {
    stop: (actor) => doing(`stop ${actor}`),
    kill: (actor) => doing(`kill ${actor}`),
    start: (actor) => doing(`start ${actor}`),
    provider: ({ latency, capacity, hangs, fails }) => doing(`provider ${latency} ${capacity} ${hangs} ${fails}`),
    restartBroker: () => doing('restart broker'),
    charges: async () => ({ decided: 0, inHand: 0 }),
  };
  return { it, done };
}

/** Plays all faults, and ends them after so many milliseconds. */
async function played(one: Script, on: ReturnType<typeof stage>, forMs: number): Promise<string[]> {
  const marks: string[] = [];
  const startedAt = performance.now();
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), forMs);
  try {
    await playCues(
      cuesOf(one, on.it),
      () => performance.now() - startedAt,
      over.signal,
      ({ mark }) => void marks.push(`${mark.kind} ${mark.text}`),
    );
  } finally {
    clearTimeout(timer);
  }
  return marks;
}

test('each is made at its time and ended at its end', async () => {
  const on = stage();
  const faults = [
    { at: '60ms', kill: 'payment', for: '40ms' },
    { at: '10ms', down: 'kitchen', for: '120ms' },
    { at: '30ms', broker: 'restart' },
  ];
  const marks = await played(script(faults), on, 5_000);
  assert.equal(on.done, ['stop kitchen', 'restart broker', 'kill payment', 'start payment', 'start kitchen']);
  assert.equal(marks, [
    'fault kitchen down',
    'fault broker restarts',
    'cure broker restarts',
    'fault payment killed',
    'cure payment killed',
    'cure kitchen down',
  ]);
});

test('one that has no end ends with the script, and one that was not made is not ended', async () => {
  const on = stage();
  await played(
    script([
      { at: '1ms', down: 'kitchen' },
      { at: '10m', down: 'rider' },
    ]),
    on,
    60,
  );
  assert.equal(on.done, ['stop kitchen', 'start kitchen']);
});

test('what is killed comes back by itself', async () => {
  const on = stage();
  await played(script([{ at: '1ms', kill: 'order' }]), on, 5_000);
  assert.equal(on.done, ['kill order', 'start order']);
});

test('an actor that two faults keep down is started once, after both', async () => {
  const on = stage();
  const faults = [
    { at: '1ms', for: '40ms', kill: 'payment' },
    { at: '20ms', for: '90ms', down: 'payment' },
  ];
  const marks = await played(script(faults), on, 5_000);
  assert.equal(on.done, ['kill payment', 'stop payment', 'start payment']);
  assert.equal(marks.at(-1), 'cure payment down');
});

test('a provider that is ill-treated twice is in both states, and afterwards as the script has it', async () => {
  const on = stage();
  const faults = [
    { at: '10ms', for: '90ms', provider: { capacity: 5 } },
    { at: '40ms', for: '120ms', provider: { hangs: '100%' } },
  ];
  await played(script(faults, { provider: { latency: '7ms' } }), on, 5_000);
  assert.equal(on.done, ['provider 7,7 5 0 0', 'provider 7,7 5 1 0', 'provider 7,7 null 1 0', 'provider 7,7 null 0 0']);
});

test('one that cannot be made is thrown, after all others are over', async () => {
  const on = stage('stop kitchen');
  try {
    await played(
      script([
        { at: '1ms', down: 'kitchen' },
        { at: '20ms', for: '10ms', down: 'rider' },
      ]),
      on,
      5_000,
    );
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'stop kitchen cannot be done');
  }
  assert.equal(on.done, ['stop kitchen', 'stop rider', 'start rider']);
});

test('one that lasts as long as a phase waits for it', async () => {
  const on = stage();
  const [cue] = cuesOf(script([{ during: 'noon', down: 'kitchen' }]), on.it);
  assert.is(cue!.during, 'noon');
  await cue!.fault.make();
  await cue!.cure.make();
  assert.equal(on.done, ['stop kitchen', 'start kitchen']);
  await sleep(1);
});

test('the actors that something is done to are known beforehand, each once', () => {
  const faults = [
    { at: '1s', down: 'kitchen' },
    { at: '2s', kill: 'kitchen' },
    { at: '3s', kill: 'rider' },
    { at: '4s', broker: 'restart' },
  ];
  assert.equal(actorsAtRisk(script(faults)), ['kitchen', 'rider']);
});

test('a provider’s fault is told in words', () => {
  const [cue] = cuesOf(
    script([{ at: '1s', provider: { latency: '400-620ms', capacity: 20, hangs: '12.5%' } }]),
    stage().it,
  );
  assert.is(cue!.fault.mark.text, 'provider: latency 400-620 ms, capacity 20, hangs 12.5%');
});

test.run();
