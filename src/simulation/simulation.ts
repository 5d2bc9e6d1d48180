import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Menu } from '../actors/menu.ts';
import type { OrderStatus } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import { reasonOf } from '../errors.ts';
import { countUse } from './capacity.ts';
import { Crowd, crowdedOut } from './crowd.ts';
import { FaultTimeline } from './fault-timeline.ts';
import { OrderWatch } from './order-watch.ts';
import type { AuditReport, Mark, Progress, Report, Sample } from './report.ts';
import { type PhaseTimes, reportOf } from './report-of.ts';
import { Riders } from './riders.ts';
import type { Script } from './script.ts';
import type { Stage } from './stage.ts';
import { Tally } from './tally.ts';

export type SimulationOptions = {
  script: Script;
  menu: Menu;
  /** A client's. Whoever opened it closes it. */
  broker: Broker;
  /** What that is, for people. */
  on: string;
  stage: Stage;
  /** How the money stands once everything is over; what is still wrong then may be put right within so many milliseconds. */
  audit(withinMs: number): Promise<AuditReport>;
  machine: Report['machine'];
  /** The clock, epoch milliseconds, and one that never jumps. */
  now(): number;
  elapsed(): number;
  newId(): string;
  /** What the id of every order of this run begins with, and no other one's does. */
  prefix: string;
};

const sampleMs = 1_000;
/** How often somebody looks whether everything is over, milliseconds. */
const lookMs = 50;

/** Plays a script: customers, faults, riders; watches what becomes of it, and holds that against what was expected. */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #tally: Tally;
  readonly #watch: OrderWatch;
  readonly #crowd: Crowd;
  readonly #riders: Riders | undefined;
  readonly #faults: FaultTimeline;
  readonly #samples: Sample[] = [];
  readonly #marks: Mark[] = [];
  readonly #times: PhaseTimes[] = [];
  /** Aborts once the riders cannot be played any more. */
  readonly #failing = new AbortController();
  #now: Progress['stage'] = { kind: 'starting', name: '' };
  #startedAt = 0;
  #startedAtMs = 0;
  #arrivalsMs: number | undefined;
  /** When somebody was answered last. */
  #answeredMs = 0;
  #outcomesSampled: Partial<Record<OrderStatus, number>> = {};

  constructor(options: SimulationOptions) {
    const { script, stage, prefix } = options;
    const { seed, phases, riders } = script;
    this.#options = options;
    this.#tally = new Tally(phases.length);
    this.#riders = riders && new Riders({ ...options, riders, seed });
    this.#watch = new OrderWatch(
      phases.length,
      (orderId) => orderId.startsWith(prefix),
      (orderId, status) => this.#riders?.hear(orderId, status),
    );
    this.#crowd = new Crowd({
      ...options,
      seed,
      orderIdOf: (phase, n) => `${prefix}${phase + 1}-${n + 1}`,
      listener: {
        asked: (phase, orderId) => {
          this.#tally.asked(phase);
          this.#watch.expect(orderId, phase);
        },
        answered: (phase, orderId, said, tookMs) => {
          this.#tally.answered(phase, said, tookMs);
          this.#answeredMs = this.#elapsedMs();
          if (said === crowdedOut) this.#watch.forget(orderId);
          if (typeof said !== 'string' && said.outcome === 'done') this.#watch.promise(orderId);
        },
      },
    });
    this.#faults = new FaultTimeline({
      ...{ script, stage },
      elapsedMs: () => this.#elapsedMs(),
      onMade: (mark) => this.#marks.push(mark),
    });
  }

  /**
   * Plays it to its end.
   * @param signal ends it early: nobody comes any more, every fault is ended, and what is under way is waited for
   * @throws a fault of ours
   */
  async run(signal: AbortSignal): Promise<Report> {
    const { script, broker, now, elapsed, audit } = this.#options;
    const journal = await broker.readJournal(await broker.journalEnd(), (entries) => {
      for (const { envelope } of entries) if (envelope) this.#watch.hear(envelope);
    });
    this.#startedAt = now();
    this.#startedAtMs = elapsed();
    const sampling = setInterval(() => this.#sample(), sampleMs);
    const over = new AbortController();
    const early = AbortSignal.any([signal, this.#failing.signal, this.#faults.failing]);
    const stopped = AbortSignal.any([early, over.signal]);
    for (const one of [early, stopped]) setMaxListeners(0, one); // every phase, and every fault, waits for it
    try {
      const faults = this.#faults.play(stopped);
      const riders = this.#riders?.work();
      riders?.catch(() => this.#failing.abort()); // it is thrown where it is waited for
      for (const i of script.phases.keys()) if (!early.aborted) await this.#phase(i, early);
      over.abort();
      await Promise.all([faults, this.#faults.cured]);
      await this.#crowd.settled();
      // Not now: second thoughts, and an actor that starts again, come later than the last answer.
      this.#arrivalsMs = Math.max(this.#answeredMs, ...this.#times.map(({ toMs }) => toMs!));
      const open = await this.#drain();
      this.#riders?.stop();
      await riders;
      clearInterval(sampling);
      this.#sample();
      const tookMs = this.#elapsedMs();
      this.#now = { kind: 'auditing', name: '' };
      const audited = await audit(script.drain).catch((error: unknown) => reasonOf(error));
      this.#now = { kind: 'over', name: '' };
      return reportOf({
        ...this.#options,
        ...{ startedAt: this.#startedAt, arrivalsMs: this.#arrivalsMs, tookMs, times: this.#times },
        ...{ tally: this.#tally, watch: this.#watch, samples: this.#samples, marks: this.#marks },
        ...{ stopped: signal.aborted, open, audit: audited },
        failed: [...this.#faults.failed, ...(early.aborted ? [] : this.#faults.missed())],
      });
    } finally {
      over.abort();
      clearInterval(sampling);
      this.#riders?.stop();
      await journal.stop();
    }
  }

  /** How far it has come, but for what the platform says. */
  progress(): Omit<Progress, 'said'> {
    const { script, on } = this.#options;
    const elapsedMs = this.#now.kind === 'starting' ? 0 : this.#elapsedMs();
    let plannedMs = 0;
    return {
      script: script.name,
      about: script.about,
      seed: script.seed,
      broker: on,
      samples: this.#samples,
      marks: this.#marks,
      messages: this.#watch.messages,
      outcomes: this.#watch.outcomes(),
      stage: this.#now,
      phases: script.phases.map(({ name, for: lasts }, i) => {
        const { fromMs = plannedMs, toMs = lasts === undefined ? undefined : fromMs + lasts } = this.#times[i] ?? {};
        plannedMs = Math.max(toMs ?? elapsedMs, fromMs);
        return { name, fromS: fromMs / 1_000, ...(toMs !== undefined && { toS: toMs / 1_000 }) };
      }),
      ahead: this.#faults.ahead(),
      elapsedS: elapsedMs / 1_000,
      totals: this.#tally.whole((this.#arrivalsMs ?? elapsedMs) / 1_000),
      waiting: this.#crowd.waiting,
      inFlight: this.#watch.inFlight(),
      breaker: this.#watch.breaker,
    };
  }

  #elapsedMs(): number {
    return this.#options.elapsed() - this.#startedAtMs;
  }

  async #phase(i: number, signal: AbortSignal): Promise<void> {
    const { script, stage } = this.#options;
    const { name, expect } = script.phases[i]!;
    await this.#faults.begin(i);
    const times: PhaseTimes = { fromMs: this.#elapsedMs() };
    this.#times[i] = times;
    this.#now = { kind: 'phase', name };
    this.#marks.push({ atS: times.fromMs / 1_000, kind: 'phase', text: name });
    const counting =
      expect?.capacityUsed === undefined
        ? undefined
        : countUse(
            this.#faults.capacity,
            () => stage.charges(),
            () => this.#elapsedMs(),
          );
    let finished: Promise<void> | undefined;
    const finish = () => {
      finished ??= (async () => {
        if (counting) Object.assign(times, await (await counting)());
        // What this one is ill-treated with is ended first.
        if (!signal.aborted && !this.#faults.has(i)) await this.#faults.begin(i + 1);
      })();
      return finished;
    };
    await this.#crowd.play(script, i, signal, finish);
    await finish();
    times.toMs = this.#elapsedMs();
    this.#tally.close(i);
    this.#faults.end(i);
  }

  /** Waits until everything is over. @returns how much is not, after the time that the script has for it */
  async #drain(): Promise<number> {
    this.#now = { kind: 'draining', name: '' };
    const giveUpAt = this.#elapsedMs() + this.#options.script.drain;
    while (this.#watch.open > 0 && this.#elapsedMs() < giveUpAt) await sleep(lookMs);
    return this.#watch.open;
  }

  #sample(): void {
    const outcomes = this.#watch.outcomes();
    const since = (status: OrderStatus) => (outcomes[status] ?? 0) - (this.#outcomesSampled[status] ?? 0);
    this.#samples.push({
      atS: this.#elapsedMs() / 1_000,
      ...this.#tally.takeSecond(),
      delivered: since('delivered'),
      cancelled: since('cancelled'),
      waiting: this.#crowd.waiting,
      inFlight: this.#watch.inFlight(),
      breaker: this.#watch.breaker,
    });
    this.#outcomesSampled = outcomes;
  }
}
