import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Menu } from '../actors/menu.ts';
import type { OrderStatus } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import { reasonOf } from '../errors.ts';
import { Capacity, capacityPerMs } from './capacity.ts';
import { Crowd, crowdedOut } from './crowd.ts';
import { type Act, type Cue, cuesOf, playCues } from './faults.ts';
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
  readonly #cues: readonly Cue[];
  readonly #samples: Sample[] = [];
  readonly #marks: Mark[] = [];
  readonly #times: PhaseTimes[] = [];
  readonly #capacity: Capacity;
  /** What could not be done to the platform, a sentence each; then nobody comes any more. */
  readonly #failed: string[] = [];
  readonly #failing = new AbortController();
  readonly #made = new Set<Act>();
  /** Settles once every fault of the phases so far has been ended. */
  #cured: Promise<void> = Promise.resolve();
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
    const { elapsed } = options;
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
    this.#capacity = new Capacity(capacityPerMs(script.provider));
    this.#cues = cuesOf(script, {
      stop: (actor) => this.#tried(stage.stop(actor)),
      kill: (actor) => this.#tried(stage.kill(actor)),
      start: (actor) => this.#tried(stage.start(actor)),
      provider: (knobs) => {
        this.#capacity.become(capacityPerMs(knobs), elapsed());
        return this.#tried(stage.provider(knobs));
      },
      restartBroker: () => this.#tried(stage.restartBroker()),
      charges: stage.charges,
    });
  }

  /** An hour of customers is not to be lost with what could not be done to the platform: that ends it early, and the report says so. */
  async #tried(done: Promise<void>): Promise<void> {
    try {
      await done;
    } catch (error) {
      this.#failed.push(reasonOf(error));
      this.#failing.abort();
    }
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
    const early = AbortSignal.any([signal, this.#failing.signal]);
    const stopped = AbortSignal.any([early, over.signal]);
    for (const one of [early, stopped]) setMaxListeners(0, one); // every phase, and every fault, waits for it
    try {
      const timed = this.#cues.filter(({ during }) => during === undefined);
      const faults = playCues(
        timed,
        () => this.#elapsedMs(),
        stopped,
        (act) => this.#tell(act),
      );
      const riders = this.#riders?.work();
      riders?.catch(() => this.#failing.abort()); // it is thrown where it is waited for
      for (const i of script.phases.keys()) if (!early.aborted) await this.#phase(i, early);
      over.abort();
      await Promise.all([faults, this.#cured]);
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
        failed: [...this.#failed, ...(early.aborted ? [] : this.#missed())],
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
      ahead: this.#ahead(),
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
    const { script } = this.#options;
    const { name, expect } = script.phases[i]!;
    const cues = this.#cuesDuring(i);
    await this.#makeFaultsOf(i);
    const times: PhaseTimes = { fromMs: this.#elapsedMs() };
    this.#times[i] = times;
    this.#now = { kind: 'phase', name };
    this.#marks.push({ atS: times.fromMs / 1_000, kind: 'phase', text: name });
    const counting = expect?.capacityUsed === undefined ? undefined : this.#countCharges();
    let finished: Promise<void> | undefined;
    const finish = () => {
      finished ??= (async () => {
        if (counting) Object.assign(times, await (await counting)());
        // What this one is ill-treated with is ended first.
        if (!signal.aborted && cues.length === 0) await this.#makeFaultsOf(i + 1);
      })();
      return finished;
    };
    await this.#crowd.play(script, i, signal, finish);
    await finish();
    times.toMs = this.#elapsedMs();
    this.#tally.close(i);
    // The next phase does not wait for it: customers come while an actor is starting again.
    this.#cured = this.#cured.then(async () => {
      for (const { cure } of cues) await this.#make(cure);
    });
    this.#cured.catch(() => {}); // it is thrown once all phases are over
  }

  /** Before the phase begins, so that all of its customers meet them. Does nothing where they are made already. */
  async #makeFaultsOf(i: number): Promise<void> {
    const faults = this.#cuesDuring(i).flatMap(({ fault }) => (this.#made.has(fault) ? [] : [fault]));
    if (faults.length > 0) await this.#cured; // what an earlier phase was ill-treated with
    for (const fault of faults) await this.#make(fault);
  }

  #cuesDuring(i: number): Cue[] {
    const name = this.#options.script.phases[i]?.name;
    return this.#cues.filter(({ during }) => during !== undefined && during === name);
  }

  /** Looks what the provider does from now on. @returns how much of what it can do that is, where both are known */
  async #countCharges(): Promise<() => Promise<{ capacityUsed?: number }>> {
    const { stage, elapsed } = this.#options;
    const count = () => stage.charges().catch(() => ({ decided: Number.NaN, inHand: 0 }));
    // Of the capacity the time of both looks is counted too, and what is in hand already is not counted as done: rather too little is said to be
    // used than too much.
    this.#capacity.begin(elapsed());
    const before = await count();
    return async () => {
      const did = (await count()).decided - before.decided - before.inHand;
      const capacityUsed = did / this.#capacity.soFar(elapsed());
      return Number.isFinite(capacityUsed) ? { capacityUsed } : {};
    };
  }

  async #make(act: Act): Promise<void> {
    this.#tell(act);
    await act.make();
  }

  /** Dated when it is made, which may be later than it was planned. */
  #tell(act: Act): void {
    const { mark } = act;
    this.#made.add(act);
    this.#marks.push({ ...mark, atS: this.#elapsedMs() / 1_000 });
  }

  /** What is to come at a time that is known. */
  #ahead(): Mark[] {
    const now = this.#elapsedMs();
    return this.#cues
      .flatMap(({ fault, cure }) => [fault, cure])
      .filter(({ atMs }) => Number.isFinite(atMs) && atMs > now)
      .map(({ mark }) => mark)
      .sort((a, b) => a.atS - b.atS);
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

  /** Faults for which it was over too soon: without them nothing is proven. */
  #missed(): string[] {
    return this.#cues
      .filter(({ fault }) => !this.#made.has(fault))
      .map(({ fault: { mark } }) => `“${mark.text}” at ${mark.atS} s was not done: the last phase was over by then.`);
  }
}
