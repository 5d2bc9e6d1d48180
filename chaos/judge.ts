import type { OrderStory } from '../src/readmodel/find-order.ts';
import type { LedgerLine } from '../test/harness/psp.ts';
import { type Promised, wasToldPlaced } from './promised.ts';

/** What is held against the customers' record. */
export type Evidence = {
  /** The story of an order, as the platform shows it. */
  story(orderId: string): OrderStory | undefined;
  /** What the payment provider wrote down, by itself. */
  ledger: readonly LedgerLine[];
  /** Each message to people, as often as it was really sent: the lines that the notifiers printed. */
  sent: readonly string[];
  /** How often a process that tells people was killed: what it had just sent may be sent once more, which is documented. */
  crashes: number;
};

/** Where promises were broken, a sentence each; none where all is well. */
export type Verdict = {
  /** Told placed, and not placed or never ended. */
  lost: string[];
  /** An effect that happened more than once. */
  doubled: string[];
  /** Told one thing, and another one came of it. */
  broken: string[];
  /** Messages that came once more after a crash, as documented. */
  sentAgain: number;
};

/** What happens to an order once at most; what is not here may be tried again. */
const onceTypes = new Set([
  'OrderReceived',
  'PaymentApproved',
  'PaymentRefunded',
  'OrderPlaced',
  'OrderRejected',
  'OrderAccepted',
  'OrderRefused',
  'OrderCooked',
  'RiderAssigned',
  'DeliveryDeparted',
  'DeliveryCompleted',
  'OrderCancelled',
]);

const ended = ['delivered', 'rejected', 'refused', 'cancelled'];

/** Holds what customers were promised against what became of it. Everything must be over: see `untilOver`. */
export function judge(record: readonly Promised[], evidence: Evidence): Verdict {
  const money = accounts(evidence.ledger);
  const verdict: Verdict = { lost: [], doubled: [], broken: [], sentAgain: 0 };
  for (const promised of record) {
    const { orderId } = promised;
    const story = evidence.story(orderId);
    const account = money.get(orderId) ?? { captures: 0, refunds: 0, keptWon: 0 };
    verdict.lost.push(...lostOf(promised, story).map((what) => sentence(what, promised, story)));
    verdict.doubled.push(...doubledOf(story, account).map((what) => sentence(what, promised, story)));
    verdict.broken.push(...brokenOf(promised, story, account).map((what) => sentence(what, promised, story)));
  }
  const { again, tooOften } = repeats(evidence);
  verdict.sentAgain = again;
  verdict.doubled.push(...tooOften);
  return verdict;
}

type Account = { captures: number; refunds: number; keptWon: number };

function accounts(ledger: readonly LedgerLine[]): Map<string, Account> {
  const all = new Map<string, Account>();
  for (const { kind, orderId, amountWon } of ledger) {
    if (kind === 'declined') continue;
    const account = all.get(orderId) ?? { captures: 0, refunds: 0, keptWon: 0 };
    account[kind === 'captured' ? 'captures' : 'refunds']++;
    account.keptWon += kind === 'captured' ? amountWon : -amountWon;
    all.set(orderId, account);
  }
  return all;
}

function lostOf(promised: Promised, story: OrderStory | undefined): string[] {
  if (promised.answer?.outcome !== 'done') return [];
  if (!story) return ['was told yes, and nobody has heard of it'];
  if (wasToldPlaced(promised) && !story.timeline.some(({ type }) => type === 'OrderPlaced'))
    return ['was told placed, and never was'];
  return ended.includes(story.status) ? [] : ['was told yes, and never came to an end'];
}

function doubledOf(story: OrderStory | undefined, { captures, refunds }: Account): string[] {
  const events = (story?.timeline ?? []).flatMap(({ type }) => (onceTypes.has(type) ? [type] : []));
  const told = (story?.notifications ?? []).map(({ recipient, about }) => `${recipient} being told ${about}`);
  return [
    ...(captures > 1 ? [`was charged ${captures} times`] : []),
    ...(refunds > 1 ? [`was refunded ${refunds} times`] : []),
    ...twice([...events, ...told]).map((what) => `has ${what} more than once`),
  ];
}

function brokenOf({ answer, cancelAnswer }: Promised, story: OrderStory | undefined, { keptWon }: Account): string[] {
  const found: string[] = [];
  const status = story?.status;
  if (answer?.outcome === 'refused' && (status === 'delivered' || keptWon > 0))
    found.push(`was told no (${answer.code}), and is ${status} with ${keptWon} won kept`);
  if (cancelAnswer?.outcome === 'done' && (status !== 'cancelled' || keptWon > 0))
    found.push(`was told cancelled, and is ${status} with ${keptWon} won kept`);
  if (cancelAnswer?.outcome === 'refused' && cancelAnswer.code === 'too-late' && status !== 'delivered')
    found.push(`was told that it is too late to cancel, and is ${status}`);
  if (status === 'delivered' && keptWon !== story?.totalWon)
    found.push(`was delivered for ${story?.totalWon} won, and ${keptWon} won are kept`);
  return found;
}

/** A message is the same if its text is: every text names its order. */
function repeats({ sent, crashes }: Evidence): { again: number; tooOften: string[] } {
  const times = new Map<string, number>();
  for (const line of sent) times.set(line, (times.get(line) ?? 0) + 1);
  const repeated = [...times].filter(([, n]) => n > 1);
  return {
    again: repeated.reduce((sum, [, n]) => sum + n - 1, 0),
    tooOften: repeated.flatMap(([line, n]) =>
      n > 1 + crashes ? [`Sent ${n} times in ${crashes} crashes: ${line}`] : [],
    ),
  };
}

const twice = (all: readonly string[]): string[] => [...new Set(all.filter((one, i) => all.indexOf(one) !== i))];

const sentence = (what: string, promised: Promised, story: OrderStory | undefined): string =>
  `The order ${promised.orderId} ${what}: ${JSON.stringify({ promised, story })}`;
