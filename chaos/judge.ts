import type { OrderStory } from '../src/readmodel/find-order.ts';
import type { LedgerLine } from '../test/harness/psp.ts';
import { type Promised, wasToldPlaced } from './promised.ts';

/** What is held against the customers' record. */
export type Evidence = {
  /** The story of an order, as the platform shows it. */
  story(orderId: string): OrderStory | undefined;
  /** What the payment provider wrote down, by itself. */
  ledger: readonly LedgerLine[];
  /** Whoever told people anything, in the order in which they were started. */
  tellers: readonly Teller[];
};

/** A process that tells people. */
export type Teller = {
  /** Each message, as often as it was really sent: the lines that it printed. */
  lines: readonly string[];
  /** Whether it was killed with -9: what it had sent last may be sent once more by another one, which is documented. */
  killed: boolean;
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

/** What a process may have sent and not yet written down when it is killed, lines: a batch of messages, each of which is told three people at most. */
const lastLines = 3 * 512;

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
  verdict.broken.push(...notAskedFor(record, evidence.ledger));
  const { again, tooOften } = repeats(evidence.tellers);
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
  if (answer?.outcome === 'refused' && status === 'delivered')
    found.push(`was told no (${answer.code}), and is ${status}`);
  if (cancelAnswer?.outcome === 'done' && status !== 'cancelled') found.push(`was told cancelled, and is ${status}`);
  if (cancelAnswer?.outcome === 'refused' && cancelAnswer.code === 'too-late' && status !== 'delivered')
    found.push(`was told that it is too late to cancel, and is ${status}`);
  // Whatever was told, and even if nothing was: money is kept for a meal, and for nothing else.
  const owedWon = status === 'delivered' ? story?.totalWon : 0;
  if (keptWon !== owedWon)
    found.push(`is ${status ?? 'not heard of'}, and of it ${keptWon} won are kept instead of ${owedWon}`);
  return found;
}

/** The payment provider is to have heard of no order but those of the record. */
function notAskedFor(record: readonly Promised[], ledger: readonly LedgerLine[]): string[] {
  const askedFor = new Set(record.map(({ orderId }) => orderId));
  const strange = ledger.filter(({ orderId }) => !askedFor.has(orderId));
  return strange.map((line) => `Nobody has asked for an order that the payment provider has: ${JSON.stringify(line)}`);
}

/**
 * A message is the same if its text is: every text names its order. One that is sent again is excused where all who sent it before were killed
 * just afterwards.
 */
function repeats(tellers: readonly Teller[]): { again: number; tooOften: string[] } {
  const senders = new Map<string, Teller[]>();
  for (const teller of tellers)
    for (const line of teller.lines) senders.set(line, [...(senders.get(line) ?? []), teller]);
  const last = new Map(tellers.map((teller) => [teller, new Set(teller.killed ? teller.lines.slice(-lastLines) : [])]));
  const repeated = [...senders].filter(([, all]) => all.length > 1);
  const isExcused = ([line, all]: [string, Teller[]]) =>
    new Set(all).size === all.length && all.slice(0, -1).every((teller) => last.get(teller)!.has(line));
  return {
    again: repeated.reduce((sum, [, all]) => sum + all.length - 1, 0),
    tooOften: repeated
      .filter((one) => !isExcused(one))
      .map(([line, all]) => `Sent ${all.length} times, which no crash explains: ${line}`),
  };
}

const twice = (all: readonly string[]): string[] => [...new Set(all.filter((one, i) => all.indexOf(one) !== i))];

const sentence = (what: string, promised: Promised, story: OrderStory | undefined): string =>
  `The order ${promised.orderId} ${what}: ${JSON.stringify({ promised, story })}`;
