import { reasonOf } from '../errors.ts';
import { Capacity, capacityPerMs } from './capacity.ts';
import { type Act, type Cue, cuesOf, playCues } from './faults.ts';
import type { Mark } from './report.ts';
import type { Script } from './script.ts';
import type { Stage } from './stage.ts';

export type FaultTimelineOptions = {
  script: Script;
  stage: Stage;
  /** Milliseconds since the start. */
  elapsedMs(): number;
  /** Told of each fault and each end, dated when it is made, which may be later than it was planned. */
  onMade(mark: Mark): void;
};

/** What a script does to its platform in one run: at its times, and as long as its phases last. */
export class FaultTimeline {
  /** What the payment provider can do, as the faults have it. */
  readonly capacity: Capacity;
  /** What could not be done to the platform, a sentence each. */
  readonly failed: string[] = [];
  readonly #options: FaultTimelineOptions;
  readonly #cues: readonly Cue[];
  readonly #made = new Set<Act>();
  readonly #failing = new AbortController();
  #cured: Promise<void> = Promise.resolve();

  constructor(options: FaultTimelineOptions) {
    const { script, stage, elapsedMs } = options;
    this.#options = options;
    this.capacity = new Capacity(capacityPerMs(script.provider));
    this.#cues = cuesOf(script, {
      stop: (actor) => this.#tried(stage.stop(actor)),
      kill: (actor) => this.#tried(stage.kill(actor)),
      start: (actor) => this.#tried(stage.start(actor)),
      provider: (knobs) => {
        this.capacity.become(capacityPerMs(knobs), elapsedMs());
        return this.#tried(stage.provider(knobs));
      },
      restartBroker: () => this.#tried(stage.restartBroker()),
      charges: stage.charges,
    });
  }

  /** Aborts once something could not be done to the platform: what comes after it would prove nothing. */
  get failing(): AbortSignal {
    return this.#failing.signal;
  }

  /** Settles once every fault of the phases so far has been ended. */
  get cured(): Promise<void> {
    return this.#cured;
  }

  /** An hour of customers is not to be lost with what could not be done to the platform: that ends it early, and the report says so. */
  async #tried(done: Promise<void>): Promise<void> {
    try {
      await done;
    } catch (error) {
      this.failed.push(reasonOf(error));
      this.#failing.abort();
    }
  }

  /** Makes those that have a time, and ends them, until `signal` aborts; resolves once every one of them is ended. */
  play(signal: AbortSignal): Promise<void> {
    const timed = this.#cues.filter(({ during }) => during === undefined);
    return playCues(timed, this.#options.elapsedMs, signal, (act) => this.#tell(act));
  }

  /** Whether anything is done to the platform as long as a phase lasts. */
  has(phase: number): boolean {
    return this.#during(phase).length > 0;
  }

  /** Before a phase begins, so that all of its customers meet them. Does nothing where they are made already. */
  async begin(phase: number): Promise<void> {
    const faults = this.#during(phase).flatMap(({ fault }) => (this.#made.has(fault) ? [] : [fault]));
    if (faults.length > 0) await this.#cured; // what an earlier phase was ill-treated with
    for (const fault of faults) await this.#make(fault);
  }

  /** After a phase. The next one does not wait for it: customers come while an actor is starting again. */
  end(phase: number): void {
    this.#cured = this.#cured.then(async () => {
      for (const { cure } of this.#during(phase)) await this.#make(cure);
    });
    this.#cured.catch(() => {}); // it is thrown where it is waited for
  }

  /** What is to come at a time that is known. */
  ahead(): Mark[] {
    const now = this.#options.elapsedMs();
    return this.#cues
      .flatMap(({ fault, cure }) => [fault, cure])
      .filter(({ atMs }) => Number.isFinite(atMs) && atMs > now)
      .map(({ mark }) => mark)
      .sort((a, b) => a.atS - b.atS);
  }

  /** Faults for which it was over too soon, a sentence each: without them nothing is proven. */
  missed(): string[] {
    return this.#cues
      .filter(({ fault }) => !this.#made.has(fault))
      .map(({ fault: { mark } }) => `“${mark.text}” at ${mark.atS} s was not done: the last phase was over by then.`);
  }

  #during(phase: number): Cue[] {
    const name = this.#options.script.phases[phase]?.name;
    return this.#cues.filter(({ during }) => during !== undefined && during === name);
  }

  async #make(act: Act): Promise<void> {
    this.#tell(act);
    await act.make();
  }

  #tell(act: Act): void {
    this.#made.add(act);
    this.#options.onMade({ ...act.mark, atS: this.#options.elapsedMs() / 1_000 });
  }
}
