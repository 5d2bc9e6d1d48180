import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../src/actors/actor.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { RequestTimedOut } from '../../src/broker/errors.ts';
import { Crowd, type Said } from '../../src/simulation/crowd.ts';
import { type Script, scriptSchema } from '../../src/simulation/script.ts';
import { eventually } from '../harness/eventually.ts';
import { menu } from './menu.ts';

const test = suite('a crowd');

type Asked = { type: string; orderId: string; customerId?: string; lines?: unknown; at: number };
type Told = { orderId: string; said: Said; tookMs: number };

/** Never aborts. */
const never = () => new AbortController().signal;
const script = (phase: object, more: object = {}): Script => ({
  ...scriptSchema.parse({ about: 'a test', phases: [{ name: 'one', ...phase }], ...more }),
  name: 'test',
});

/** A crowd at somebody who answers as `answer` says. */
function stage(answer: (asked: Asked) => Promise<Answer> | Answer, seed = 1) {
  const asked: Asked[] = [];
  const told: Told[] = [];
  let ids = 0;
  const crowd = new Crowd({
    broker: {
      request: async ({ type, data }: Envelope) => {
        const one = { type, ...(data as object), at: performance.now() } as unknown as Asked;
        asked.push(one);
        return answer(one);
      },
    },
    menu,
    seed,
    elapsed: () => performance.now(),
    now: Date.now,
    newId: () => String(++ids),
    orderIdOf: (phase, n) => `o-${phase}-${n}`,
    listener: {
      asked: () => {},
      answered: (_phase, orderId, said, tookMs) => void told.push({ orderId, said, tookMs }),
    },
  });
  const play = async (one: Script) => {
    for (const i of one.phases.keys()) await crowd.play(one, i, never());
    await crowd.settled();
  };
  return { crowd, asked, told, play };
}

const placed = ({ orderId }: Asked): Answer => ({ outcome: 'done', orderId, status: 'placed' });
const busy = ({ orderId }: Asked, retryAfterMs = 20): Answer => ({
  outcome: 'refused',
  orderId,
  code: 'busy',
  reason: 'Busy.',
  retryAfterMs,
});
const content = ({ orderId, customerId, lines }: Asked) => ({ orderId, customerId, lines });

test('the same script brings the same customers, whether the platform is quick or slow', async () => {
  const one = script({ orders: 30, arrivals: 2_000 }, { mix: { cancel: 0.3 } });
  const quick = stage(placed);
  await quick.play(one);
  const slow = stage(async (asked) => {
    await sleep(Math.random() * 20);
    return placed(asked);
  });
  await slow.play(one);
  const orders = (all: Asked[]) => all.filter(({ type }) => type === 'PlaceOrder').map(content);
  const byId = (all: Asked[]) => orders(all).toSorted((a, b) => a.orderId.localeCompare(b.orderId));
  assert.is(orders(quick.asked).length, 30);
  assert.equal(byId(slow.asked), byId(quick.asked));
  const other = stage(placed, 2);
  await other.play(one);
  assert.not.equal(byId(other.asked), byId(quick.asked));
});

test('a customer who orders again and again wishes for the same, one order after the other', async () => {
  const one = script({ orders: 20, customers: 1 });
  const wishes = async (delay: () => number) => {
    const { play, asked } = stage(async (request) => {
      await sleep(delay());
      return placed(request);
    });
    await play(one);
    return asked.map(content);
  };
  const steady = await wishes(() => 2);
  assert.equal(await wishes(() => Math.random() * 5), steady);
  assert.ok(new Set(steady.map(({ lines }) => JSON.stringify(lines))).size > 5, 'and not always for the same meal');
});

test('in an open crowd nobody waits for the others: a platform that stands still is asked all the same', async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const { crowd, play, asked } = stage(async (request) => {
    await gate;
    return placed(request);
  });
  const playing = play(script({ orders: 50, arrivals: 1_000 }));
  while (asked.length < 50) await sleep(1);
  assert.is(crowd.waiting, 50);
  open();
  await playing;
  assert.is(crowd.waiting, 0);
});

test('what somebody is told is dated from when they were due: a crowd that was held up looks slow', async () => {
  const { play, told } = stage(placed);
  const playing = play(script({ orders: 20, arrivals: 1_000 }));
  const busyUntil = performance.now() + 200;
  while (performance.now() < busyUntil); // everybody is held up, as by a garbage collection
  await playing;
  assert.is(told.length, 20);
  assert.ok(Math.max(...told.map(({ tookMs }) => tookMs)) > 150, 'who was due at once waited for the whole of it');
});

test('in a closed crowd each orders again only after the answer, and there are never more of them than there are', async () => {
  let most = 0;
  let now = 0;
  const { play, asked } = stage(async (request) => {
    most = Math.max(most, ++now);
    await sleep(1);
    now--;
    return placed(request);
  });
  await play(script({ orders: 100, customers: 7 }));
  assert.is(most, 7);
  assert.ok(asked.length >= 100 && asked.length < 107, String(asked.length));
});

test('who is turned away comes back when told to, as often as the script says, and each time is an order of its own', async () => {
  const seen: number[] = [];
  const { play, asked, told } = stage((request) => {
    seen.push(request.at);
    return seen.length < 3 ? busy(request, 60) : placed(request);
  });
  await play(script({ orders: 1, arrivals: 100 }, { mix: { comeBack: 5 } }));
  assert.equal(
    asked.map(({ orderId }) => orderId),
    ['o-0-0', 'o-0-1', 'o-0-2'],
  );
  assert.ok(seen[1]! - seen[0]! >= 55 && seen[2]! - seen[1]! >= 55, 'not sooner than told');
  assert.ok(
    told.every(({ tookMs }) => tookMs < 55),
    'the time until they come back is not the platform’s',
  );
});

test('who does not come back goes away', async () => {
  const { play, asked } = stage((request) => busy(request));
  await play(script({ orders: 3, arrivals: 1_000 }));
  assert.is(asked.length, 3);
});

test('a closed customer who is turned away waits as long as told before the next order', async () => {
  const times: number[] = [];
  const { play } = stage((request) => {
    times.push(request.at);
    return busy(request, 40);
  });
  await play(script({ orders: 4, customers: 1 }));
  assert.ok(
    times.slice(1).every((at, i) => at - times[i]! >= 38),
    String(times),
  );
});

test('the next closed phase goes on with the same people: who still waits comes once they are answered', async () => {
  const answers: (() => void)[] = [];
  const { crowd, asked } = stage((request) => new Promise((resolve) => answers.push(() => resolve(placed(request)))));
  const phase = { for: '30ms', customers: 2 };
  const both = script(phase, { phases: [phase, phase, phase].map((one, i) => ({ name: String(i), ...one })) });
  await crowd.play(both, 0, never()); // it ends although nobody was answered
  assert.equal(
    asked.map(({ orderId }) => orderId),
    ['o-0-0', 'o-0-1'],
  );
  const second = crowd.play(both, 1, never());
  answers[1]!();
  await second;
  assert.equal(
    asked.slice(2).map(({ orderId }) => orderId),
    ['o-1-0'],
  );
  const third = crowd.play(both, 2, never());
  for (const answer of answers) answer();
  await third;
  assert.is(asked.length, 5, 'both are back');
  for (const answer of answers) answer();
  await crowd.settled();
  assert.is(asked.length, 5, 'and nobody comes once it is over');
});

test('who was told to come later comes no sooner because another phase has begun', async () => {
  const times: number[] = [];
  const { play, asked } = stage((request) => {
    times.push(request.at);
    return times.length === 1 ? busy(request, 120) : placed(request);
  });
  const short = { name: 'short', for: '30ms', customers: 1 };
  const long = { name: 'long', orders: 1, customers: 1 };
  await play(script(short, { phases: [short, long] }));
  assert.equal(
    asked.map(({ orderId }) => orderId),
    ['o-0-0', 'o-1-0'],
  );
  assert.ok(times[1]! - times[0]! >= 118, String(times));
});

test('who was to come back in a phase that is over comes in the next one, as one of its own', async () => {
  const { play, asked } = stage((request) => (request.orderId.startsWith('o-0') ? busy(request, 60) : placed(request)));
  const one = { name: 'one', for: '20ms', customers: 3 };
  const two = { name: 'two', orders: 3, customers: 3 };
  await play(script(one, { phases: [one, two], mix: { comeBack: 100 } }));
  assert.equal(
    asked.map(({ orderId }) => orderId),
    ['o-0-0', 'o-0-1', 'o-0-2', 'o-1-0', 'o-1-1', 'o-1-2'],
  );
});

test('where a phase has fewer people, those who are left over are still the same when there are more again', async () => {
  const answers: (() => void)[] = [];
  const { crowd, asked } = stage((request) => new Promise((resolve) => answers.push(() => resolve(placed(request)))));
  const phases = [3, 1, 3].map((customers, i) => ({ name: String(i), for: '30ms', customers }));
  const all = script(phases[0]!, { phases });
  for (const i of phases.keys()) await crowd.play(all, i, never());
  assert.is(asked.length, 3, 'all of them still wait');
  for (const answer of answers) answer();
  await crowd.settled();
});

test('who has second thoughts cancels what stands, after a while, and nobody cancels what was refused', async () => {
  const { play, asked } = stage((request) => (request.orderId === 'o-0-1' ? busy(request) : placed(request)));
  await play(script({ orders: 3, arrivals: 1_000 }, { mix: { cancel: 1, cancelAfter: '30ms' } }));
  const cancelled = asked.filter(({ type }) => type === 'CancelOrder');
  assert.equal(cancelled.map(({ orderId }) => orderId).toSorted(), ['o-0-0', 'o-0-2']);
});

test('who gets no answer is told of by the code of the error; what is our own fault is thrown', async () => {
  const quiet = stage(() => Promise.reject(new RequestTimedOut(5)));
  await quiet.play(script({ orders: 2, arrivals: 1_000 }));
  assert.equal(
    quiet.told.map(({ said }) => said),
    ['timed-out', 'timed-out'],
  );
  const broken = stage(() => Promise.reject(new TypeError('ours')));
  try {
    await broken.play(script({ orders: 1, arrivals: 1_000 }));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'ours');
  }
});

test('a phase lasts as long as it says though few come, and not longer though many wait', async () => {
  const { crowd, asked } = stage(() => new Promise<Answer>(() => {}));
  const startedAt = performance.now();
  await crowd.play(script({ for: '120ms', arrivals: 10 }), 0, never());
  assert.ok(performance.now() - startedAt >= 118);
  assert.is(asked.length, 2);
});

test('the people of a closed load go on until the last that there is to do is done, and no longer', async () => {
  const { crowd, asked } = stage(async (request) => {
    await sleep(2);
    return placed(request);
  });
  let done = 0;
  await crowd.play(script({ for: '30ms', customers: 3 }), 0, never(), async () => {
    const inTime = asked.length;
    await eventually(() => assert.ok(asked.length > inTime + 3, 'they go on meanwhile'));
    done = asked.length;
  });
  await crowd.settled();
  const came = asked.length;
  await sleep(50);
  assert.is(asked.length, came);
  assert.ok(came <= done + 3, 'nobody came any more once it was done');
});

test('what there is to do at last is not done where nobody wants it to be any more', async () => {
  const { crowd } = stage(async (request) => {
    await sleep(2);
    return placed(request);
  });
  const stop = new AbortController();
  let done = 0;
  const last = async () => void done++;
  const playing = crowd.play(script({ for: '10m', customers: 1 }), 0, stop.signal, last);
  stop.abort();
  await playing;
  await sleep(60);
  assert.is(done, 0);
});

test('one that is stopped brings nobody any more', async () => {
  const { crowd, asked } = stage(placed);
  const stop = new AbortController();
  const playing = crowd.play(script({ for: '10m', arrivals: 100 }), 0, stop.signal);
  while (asked.length < 5) await sleep(1);
  stop.abort();
  await playing;
  const came = asked.length;
  await sleep(50);
  assert.is(asked.length, came);
});

test('who would come back later, or think again, does not once it is stopped', async () => {
  for (const [answer, mix] of [
    [(request: Asked) => busy(request, 600_000), { comeBack: 3 }],
    [placed, { cancel: 1, cancelAfter: '10m' }],
  ] as const) {
    const { crowd, asked } = stage(answer);
    const stop = new AbortController();
    const playing = crowd.play(script({ for: '10m', arrivals: 100 }, { mix }), 0, stop.signal);
    while (asked.length < 3) await sleep(1);
    stop.abort();
    await playing;
    assert.is(await Promise.race([crowd.settled().then(() => 'settled'), sleep(5_000, 'still waiting')]), 'settled');
    assert.ok(asked.every(({ type }) => type === 'PlaceOrder'));
  }
});

test('more customers than can be brought still leave time for an end', async () => {
  const { crowd } = stage(placed);
  const stop = new AbortController();
  const startedAt = performance.now();
  const timer = setTimeout(() => stop.abort(), 200);
  await crowd.play(script({ for: '10s', arrivals: 100_000 }), 0, stop.signal);
  clearTimeout(timer);
  assert.ok(performance.now() - startedAt < 5_000, 'it listened');
});

test.run();
