import type { OrderStatus } from '../actors/messages.ts';
import type { BreakerState } from '../partners/breaker.ts';

/** Of how many, and how long they took, milliseconds: from an HDR histogram of three significant figures. */
export type Quantiles = { count: number; mean: number; p50: number; p90: number; p99: number; max: number };

/** What became of the asking. Every order that was asked for is in one of them, or is still open. */
export type Counts = {
  /** Orders that were due, and asked for. */
  offered: number;
  placed: number;
  /** Taken, to be paid later: `--pay-later` at a busy provider. */
  deferred: number;
  /** Said no to, by the code of the reason: `busy`, `expired`, `REJECT_CARD_COMPANY`, … */
  refused: Record<string, number>;
  /** Not answered in time, or the link was lost, by the code of the error. */
  unanswered: Record<string, number>;
};

/** The counts of a stretch of time, with what follows from them. */
export type Totals = Counts & {
  /** Orders placed a second, over the time that customers came; of a phase those that were placed before it was over. */
  placedPerSecond: number;
  /** What the platform did its part for, placed, deferred or refused for a reason that is the customer's own, over what was offered; 1 is all. */
  availability: number;
  /** From when an order was due until it was placed; how long it was delayed in the customers' own process counts too. */
  placedMs: Quantiles | null;
  /** The same for those who were turned away: busy. */
  turnedAwayMs: Quantiles | null;
};

/** A phase of the script. Seconds since the start. */
export type PhaseReport = Totals & { name: string; fromS: number; toS: number };

/** One second, and how things were at its end. */
export type Sample = {
  /** Seconds since the start, at its end. */
  atS: number;
  /** What happened in it. `turnedAway`: busy. `refused`: for any other reason. */
  offered: number;
  placed: number;
  deferred: number;
  turnedAway: number;
  refused: number;
  unanswered: number;
  delivered: number;
  cancelled: number;
  /** Of those that were placed in it; null where none was. */
  placedMs: { p50: number; p99: number; max: number } | null;
  /** Customers who wait for their answer. */
  waiting: number;
  /** Orders that are not over, by what they are. */
  inFlight: Partial<Record<OrderStatus, number>>;
  breaker: BreakerState;
};

/** Something that happened at a moment, seconds since the start: a phase began, a fault was made, or ended, which says the same text. */
export type Mark = { atS: number; kind: 'phase' | 'fault' | 'cure'; text: string };

/** One promise of the script, and whether it was kept. */
export type Judged = {
  /** The phase it is about; missing where it is about the whole. */
  phase?: string;
  what: string;
  /** Missing where there was nothing to measure, which keeps no promise. */
  is?: number;
  unit: string;
  atLeast?: number;
  atMost?: number;
  kept: boolean;
};

/** What the audit found, once everything was over: captured is established, and nothing else is kept. */
export type AuditReport = {
  orders: number;
  standing: number;
  capturedWon: number;
  refundedWon: number;
  keptWon: number;
  /** The provider's own ledger. */
  provider?: { transactions: number; capturedWon: number; cancelledWon: number };
  findings: number;
  /** The first of them, a sentence each. */
  examples: string[];
};

/** Everything that a simulation has to say. `--json` prints it, and `--report` draws it. */
export type Report = {
  script: string;
  about: string;
  seed: number;
  /** What it ran on, for people. */
  broker: string;
  machine: { cores: number; node: string };
  /** Epoch milliseconds. */
  startedAt: number;
  /** Until the last customer had been answered, and until everything was over, seconds. */
  arrivalsS: number;
  tookS: number;
  /** Whether every promise was kept, everything came to an end, and the audit found nothing. */
  passed: boolean;
  /** Why not, a sentence each. */
  failures: string[];
  totals: Totals;
  phases: PhaseReport[];
  /** What became of the orders in the end. */
  outcomes: Partial<Record<OrderStatus, number>>;
  /** From one status to the next, and from the first to the last. */
  journey: { from: OrderStatus; to: OrderStatus; took: Quantiles }[];
  /** KakaoTalk messages that were sent. */
  messages: number;
  judged: Judged[];
  audit: AuditReport | null;
  samples: Sample[];
  marks: Mark[];
};

/** How far a simulation has come, for those who watch. */
export type Progress = Pick<
  Report,
  'script' | 'about' | 'seed' | 'broker' | 'samples' | 'marks' | 'messages' | 'outcomes'
> & {
  /** What it is at: a phase by its name, waiting for what is under way, or the audit. */
  stage: { kind: 'starting' | 'phase' | 'draining' | 'auditing' | 'over'; name: string };
  /** Every phase with its time as planned; `toS` is missing where it ends with its last order. */
  phases: { name: string; fromS: number; toS?: number }[];
  /** What is still to come: faults at their times. */
  ahead: Mark[];
  elapsedS: number;
  totals: Totals;
  /** How things are now. */
  waiting: number;
  inFlight: Sample['inFlight'];
  breaker: BreakerState;
  /** Said by the platform lately, the newest last. */
  said: string[];
};
