import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../src/actors/actor.ts';
import type { Broker } from '../../src/broker/broker.ts';
import { RequestTimedOut } from '../../src/broker/errors.ts';
import type { Report } from '../../src/simulation/report.ts';
import { type Script, scriptSchema } from '../../src/simulation/script.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Stage } from '../../src/simulation/stage.ts';
import { eventually } from '../harness/eventually.ts';
import { menu } from './menu.ts';

const test = suite('a simulation');

const script = (fields: object): Script => ({ ...scriptSchema.parse({ about: 'a test', ...fields }), name: 'test' });

const harmless: Stage = {
  stop: async () => {},
  kill: async () => {},
  start: async () => {},
  provider: async () => {},
  restartBroker: async () => {},
  charges: async () => ({ decided: 0, inHand: 0 }),
};

/** Plays a script where every order is refused after so many milliseconds, so that nothing of it is under way afterwards. */
async function played(one: Script, { stage = {}, answerMs = 1, answer = refused }: Around = {}): Promise<Report> {
  const broker: Pick<Broker, 'request' | 'journalEnd' | 'readJournal'> = {
    request: async ({ key, type }) => {
      await sleep(type === 'PlaceOrder' ? answerMs : 0);
      return answer(key);
    },
    journalEnd: async () => 0 as never,
    readJournal: async () => ({ stop: async () => {} }) as never,
  };
  const simulation = new Simulation({
    script: one,
    menu,
    broker: broker as Broker,
    on: 'nothing',
    stage: { ...harmless, ...stage },
    audit: async () => ({
      ...{ orders: 0, standing: 0, capturedWon: 0, refundedWon: 0, keptWon: 0 },
      ...{ findings: 0, examples: [] },
    }),
    machine: { cores: 1, node: 'v20' },
    now: Date.now,
    elapsed: () => performance.now(),
    newId: () => String(Math.random()),
    prefix: 'sim-',
  });
  return simulation.run(new AbortController().signal);
}

type Around = { stage?: Partial<Stage>; answerMs?: number; answer?: (orderId: string) => Answer };

const refused = (orderId: string): Answer => ({
  outcome: 'refused',
  orderId,
  code: 'REJECT_CARD_COMPANY',
  reason: '.',
});
const placed = (orderId: string): Answer => ({ outcome: 'done', orderId, status: 'placed' });

test('what cannot be done to the platform ends it early, and is in its report', async () => {
  const cannot = async () => {
    throw new Error('the payment process does not start');
  };
  const phases = [{ name: 'one', for: '10m', arrivals: 50 }];
  const faults = [
    { at: '20ms', for: '1ms', kill: 'payment' },
    { at: '9m', kill: 'order' },
  ];
  const report = await played(script({ phases, faults }), { stage: { start: cannot } });
  assert.is(report.passed, false);
  assert.equal(report.failures, ['the payment process does not start']);
  assert.ok(report.totals.offered > 0);
});

test('orders placed a second are those of the time of their phase: who waits beyond it makes it no quicker', async () => {
  const phases = [{ name: 'one', for: '200ms', arrivals: 50 }];
  const { phases: told, totals } = await played(script({ phases, drain: '1ms' }), { answerMs: 400, answer: placed });
  assert.is(told[0]!.placed, 10);
  assert.is(told[0]!.placedPerSecond, 0);
  assert.ok(totals.placedPerSecond > 0 && totals.placedPerSecond < 10 / 0.55, 'of the whole until the last answer');
});

test('customers came until the last answer, and not until the last second thoughts', async () => {
  const phases = [{ name: 'one', orders: 3, arrivals: 100 }];
  const mix = { cancel: '100%', cancelAfter: '500ms' };
  const { arrivalsS, tookS } = await played(script({ phases, mix, drain: '1ms' }), { answer: placed });
  assert.ok(tookS > 0.5, String(tookS));
  assert.ok(arrivalsS < 0.4, String(arrivalsS));
});

test('who comes back, or thinks again, after the last phase still does', async () => {
  const phases = [{ name: 'one', orders: 3, arrivals: 1_000 }];
  let orders = 0;
  const busy = (orderId: string): Answer => ({ ...refused(orderId), code: 'busy', retryAfterMs: 100 }) as Answer;
  const answer = (orderId: string) => (++orders <= 3 ? busy(orderId) : refused(orderId));
  const { totals } = await played(script({ phases, mix: { comeBack: 1 } }), { answer });
  assert.equal(totals.refused, { busy: 3, REJECT_CARD_COMPANY: 3 });
});

test('a platform that answers nobody has not held, though nothing was promised', async () => {
  const phases = [{ name: 'one', orders: 3, arrivals: 1_000 }];
  const answer = () => {
    throw new RequestTimedOut(5);
  };
  const report = await played(script({ phases }), { answer });
  assert.is(report.passed, false);
  assert.match(report.failures[0]!, /^Nobody was answered\./);
});

test('a fault for which it was over too soon is said, as nothing is proven without it', async () => {
  const phases = [{ name: 'one', orders: 3, arrivals: 1_000 }];
  const report = await played(script({ phases, faults: [{ at: '90s', kill: 'order' }] }));
  assert.is(report.passed, false);
  assert.equal(report.failures, ['“order killed” at 90 s was not done: the last phase was over by then.']);
});

test('all customers of a phase meet its faults, and until these are made those of the phase before go on', async () => {
  const phases = ['one', 'two'].map((name) => ({ name, for: '60ms', customers: 3 }));
  const faults = [{ during: 'two', provider: { fails: '100%' } }];
  const asked = { one: 0, two: 0 };
  const answer = (orderId: string) => {
    asked[orderId.startsWith('sim-1-') ? 'one' : 'two']++;
    return refused(orderId);
  };
  const seen: (typeof asked)[] = [];
  const provider = async () => {
    const begun = { ...asked };
    if (seen.length === 0) await eventually(() => assert.ok(asked.one > begun.one, 'those of the first phase go on'));
    seen.push({ ...asked });
  };
  const { phases: told, marks, failures } = await played(script({ phases, faults }), { stage: { provider }, answer });
  assert.equal(failures, []);
  assert.is(seen[0]!.two, 0);
  assert.ok(asked.two > 0);
  assert.equal(
    marks.map(({ kind }) => kind),
    ['phase', 'fault', 'phase', 'cure'],
  );
  assert.ok(marks[1]!.atS < told[0]!.toS!, 'the first phase lasts until they are made');
});

test('the faults of a phase that is not begun any more are not made', async () => {
  const phases = ['one', 'two'].map((name) => ({ name, for: '60ms', customers: 1 }));
  const faults = [
    { at: '10ms', for: '1ms', kill: 'payment' },
    { during: 'two', provider: { fails: '100%' } },
  ];
  let made = 0;
  const start = async () => {
    throw new Error('the payment process does not start');
  };
  const provider = async () => void made++;
  const { passed } = await played(script({ phases, faults }), { stage: { start, provider } });
  assert.equal([passed, made], [false, 0]);
});

test('what the provider could do is summed up over a phase in the middle of which it changes', async () => {
  let asked = 0;
  // 20 in the phase, and 10 that were begun before; of 200 ms at 1 and 200 ms at 1/10 of a millisecond
  const charges = async () => ({ decided: 30 * asked++, inHand: 10 });
  const phases = [{ name: 'one', for: '400ms', arrivals: 10, expect: { capacityUsed: 'at most 100%' } }];
  const provider = { latency: '10ms', capacity: 10 };
  const faults = [{ at: '200ms', provider: { capacity: 1 } }];
  const { judged } = await played(script({ phases, provider, faults }), { stage: { charges } });
  assert.ok(judged[0]!.is! > 4 && judged[0]!.is! < 12, String(judged[0]!.is));
});

test('a provider that did nothing used none of what it can, which is a measurement', async () => {
  const phases = [{ name: 'one', for: '50ms', arrivals: 10, expect: { capacityUsed: 'at most 10%' } }];
  const { judged } = await played(script({ phases, provider: { latency: '10ms', capacity: 10 } }));
  assert.equal([judged[0]!.is, judged[0]!.kept], [0, true]);
});

test.run();
