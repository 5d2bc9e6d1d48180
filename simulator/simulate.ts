import { effectsHappenOnce, peopleAreTold } from './invariants/effects.ts';
import { answersAreTrue, everybodyIsAnswered, ordersEnd, whoAsksIsTold } from './invariants/endings.ts';
import type { Broken, Evidence, Fold, Invariant } from './invariants/evidence.ts';
import { eventsOf, statusOf } from './invariants/evidence.ts';
import { movesForward, storiesAreWhole } from './invariants/history.ts';
import { moneyBalances } from './invariants/money.ts';
import { cancelledInTime, decidedInTime, stoveIsOff } from './invariants/promises.ts';
import { foldAll, readModelAgrees } from './invariants/reading.ts';
import { handsAreBounded, nobodyGivesUp, nothingIsLeft, settledIsSettled } from './invariants/rest.ts';
import { People } from './people.ts';
import { Platform, type Tamper } from './platform.ts';
import { type Counts, NeverAtRest, World } from './world.ts';

export type Options = {
  /** Departures that do not happen; see Fate. Default none. */
  muted?: ReadonlySet<string>;
  /** Whether the story is told. Default false. */
  telling?: boolean;
  /** Puts broken parts in place of the right ones. Default none. */
  tamper?: Tamper;
  /** How the journal is folded. Default as the read model does. */
  fold?: Fold;
  /** More that must hold. Default nothing. */
  also?: readonly Invariant[];
};

/** What became of one seed. */
export type Run = {
  seed: number;
  /** What should not be; none where all is well. */
  broken: Broken[];
  counts: Counts;
  /** Everything that was not as it should be, by name. */
  departures: readonly string[];
  /** Changes with anything that happened otherwise. */
  fingerprint: string;
  story: readonly string[];
};

const invariants: readonly Invariant[] = [
  nobodyGivesUp,
  moneyBalances,
  effectsHappenOnce,
  movesForward,
  storiesAreWhole,
  answersAreTrue,
  everybodyIsAnswered,
  cancelledInTime,
  decidedInTime,
  stoveIsOff,
  ordersEnd,
  readModelAgrees,
  peopleAreTold,
  whoAsksIsTold,
  nothingIsLeft,
  handsAreBounded,
  settledIsSettled,
];

/** Turns that a story can take on its way. */
const counted: Record<string, string> = {
  OrderDeferred: 'payments put off',
  PaymentUnknown: 'payments unknown',
  PaymentVoided: 'payments voided',
  PaymentRefunded: 'payments refunded',
  CancelRefused: 'cancellations refused',
};

/** Runs the world of a seed until it is at rest, and judges it. */
export async function simulate(seed: number, options: Options = {}): Promise<Run> {
  const { muted, telling = false, tamper, fold = foldAll, also = [] } = options;
  const world = new World(seed, { telling, ...(muted && { muted }) });
  const platform = new Platform(world, tamper);
  const people = new People(world, platform);
  const evidence: Evidence = { world, platform, people, fold };
  const broken: Broken[] = [];
  try {
    await world.run();
    world.fate.calm = true;
    // Twice: who had given up may only now have the order placed.
    for (let i = 0; i < 2; i++) {
      people.askAgain();
      await world.run();
    }
    for (const invariant of [...invariants, ...also]) broken.push(...invariant(evidence));
  } catch (error) {
    if (!(error instanceof NeverAtRest)) throw error;
    broken.push({ rule: 'comes-to-rest', sentence: `${error.message}.` });
  }
  for (const orderId of people.orderIds) world.count(`ended ${statusOf(evidence, orderId)}`);
  for (const { type } of eventsOf(evidence)) if (counted[type]) world.count(counted[type]);
  world.count('orders', people.orderIds.length);
  world.count('steps', world.timeline.steps);
  const { counts, story = [] } = world;
  const { departures } = world.fate;
  return { seed, broken, counts, departures, fingerprint: fingerprintOf(evidence), story };
}

/** FNV-1a, 32 bits, of everything that happened in the end: times, counts, and every event in its order. */
function fingerprintOf({ world, platform, people }: Evidence): string {
  const { timeline, counts, fate } = world;
  const text = JSON.stringify([timeline.now, counts, fate.departures, platform.broker.journal, people.requests.asked]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
