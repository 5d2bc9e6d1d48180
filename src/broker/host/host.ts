import type { RecordableHistogram } from 'node:perf_hooks';
import type { Actor, Call, Partners } from '../../actors/actor.ts';
import { BaedalError, reasonOf } from '../../errors.ts';
import { DatabaseNotSynced } from '../../sqlite/errors.ts';
import type { Broker, Delivery, Subscription } from '../broker.ts';
import type { WorkQueue } from '../topology.ts';
import { aftermathOf } from './aftermath.ts';
import { answerEnvelope, Batches, type Job, type Result, type Task } from './batches.ts';
import { type Gap, Gathering } from './gathering.ts';
import { InHand } from './in-hand.ts';
import { Mailbox } from './mailbox.ts';
import { Outbox } from './outbox.ts';
import { Settled } from './settled.ts';
import type { Store } from './store.ts';

export type HostOptions<S> = {
  actor: Actor<S>;
  queue: WorkQueue;
  /** What is used of one. */
  broker: Pick<Broker, 'consume' | 'publish' | 'bury' | 'answer'>;
  store: Store<S>;
  partners: Partners;
  /** The clock, epoch milliseconds. */
  now(): number;
  /** Makes message ids; later ones must sort later. */
  newId(): string;
  /** A clock that never jumps, milliseconds since any moment; default this process's. */
  elapsed?(): number;
  /** Told of what went wrong and is being dealt with. */
  onProblem(problem: HostProblem): void;
  /** Messages in hand at most, default 1024. */
  prefetch?: number;
  /** Messages in one transaction at most, default 512. */
  maxBatch?: number;
  /** How often a batch may begin where few messages wait, default whenever there is one. */
  gap?: Gap;
};

export type HostProblem = {
  actor: string;
  kind: 'retry' | 'dead-letter' | 'store' | 'publish' | 'breaker' | 'partner' | 'fatal';
  reason: string;
  orderId?: string;
};

/** Counts since the start, but for `inHand`, which is of now. */
export type HostStats = {
  handled: number;
  repeated: number;
  retried: number;
  buried: number;
  inHand: number;
  /**
   * How long each message was in hand, from taken to acked, microseconds. Of those acked since somebody last called `reset`, which whoever
   * reads it does.
   */
  latency: RecordableHistogram;
};

/** Messages were still in hand when the time was up. The broker delivers them again. */
export class DrainTimedOut extends BaedalError {
  readonly code = 'drain-timed-out';
  readonly retry = true;
  constructor(actor: string, inHand: number) {
    super(`${inHand} messages of the ${actor} actor were still in hand. They are delivered again at the next start.`);
  }
}

/**
 * Makes a pure actor durable. A message changes the actor at most once: its outcome is stored together with the state, and
 * a message that comes again comes to the stored outcome. The order of things is commit, publish, confirm, ack, so a crash
 * anywhere between only means that the broker delivers the input again: its redelivery is the outbox relay. Who asked is answered after the
 * confirm, but who should come again later after the commit: nothing is promised to them, and there is nothing yet to look at.
 */
export class Host<S> {
  private readonly mailbox = new Mailbox<Task>();
  private readonly settled = new Settled();
  private readonly stopping = new AbortController();
  private readonly batches: Batches<S>;
  private readonly outbox: Outbox;
  private readonly prefetch: number;
  private readonly maxBatch: number;
  private readonly gathering: Gathering;
  private subscription: Subscription | undefined;
  private busy = false;
  private unconfirmed = 0;
  /** The last that a batch waited for before it began. */
  private waiting: NodeJS.Timeout | undefined;
  private readonly inHand: InHand;
  private readonly counts = { handled: 0, repeated: 0, retried: 0, buried: 0 };

  constructor(private readonly options: HostOptions<S>) {
    this.batches = new Batches(options);
    this.outbox = new Outbox(options.broker, this.stopping.signal, (error) => this.problem('publish', error));
    const elapsed = options.elapsed ?? (() => performance.now());
    this.inHand = new InHand(elapsed);
    this.prefetch = options.prefetch ?? 1_024;
    this.maxBatch = options.maxBatch ?? 512;
    this.gathering = new Gathering(options.gap ?? { everyMs: 0 }, elapsed);
  }

  get stats(): HostStats {
    return { ...this.counts, inHand: this.inHand.count, latency: this.inHand.latency };
  }

  async start(): Promise<void> {
    const { broker, queue } = this.options;
    this.subscription = await broker.consume(queue.name, {
      prefetch: this.prefetch,
      onDeliveries: (deliveries) => this.accept(deliveries),
      onLoss: () => this.forgetUnbegun(),
    });
  }

  /**
   * Stops taking messages and waits for those in hand. Safe to call twice.
   * @param graceMs milliseconds to wait, default 10_000
   * @throws {DrainTimedOut} messages were still in hand; the broker delivers them again
   */
  async drain(graceMs = 10_000): Promise<void> {
    await this.subscription?.stop();
    // Where this host has given up already, nothing more comes of what is in hand: the broker delivers it again.
    if (!this.stopping.signal.aborted && !(await this.inHand.none(graceMs))) {
      this.stopping.abort();
      throw new DrainTimedOut(this.options.actor.name, this.inHand.count);
    }
    this.stopping.abort();
  }

  private accept(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const { id, replyTo } = delivery.envelope;
      // Whoever asks again did not hear the answer.
      if (replyTo === undefined && this.settled.has(id)) {
        this.counts.repeated++;
        delivery.ack();
        continue;
      }
      this.mailbox.put({
        key: delivery.envelope.key,
        envelope: delivery.envelope,
        job: { delivery, open: 1, takenAt: this.inHand.take() },
      });
    }
    this.schedule();
  }

  /** What only waits comes again: kept too, it would grow with every loss while the store stands still. */
  private forgetUnbegun(): void {
    this.inHand.drop(this.mailbox.drop(({ envelope, job }) => envelope === job.delivery.envelope));
  }

  /** The batch is whatever waited until it was begun. */
  private schedule(): void {
    if (this.busy || this.mailbox.size === 0 || this.stopping.signal.aborted) return;
    const waitMs = this.gathering.waitMs(this.mailbox, this.unconfirmed);
    if (waitMs === undefined) return;
    clearTimeout(this.waiting);
    if (waitMs > 0) this.waiting = setTimeout(() => this.begin(), waitMs);
    else this.begin();
  }

  private begin(): void {
    this.busy = true;
    setImmediate(() => void this.turn());
  }

  private async turn(): Promise<void> {
    if (this.stopping.signal.aborted) return; // it has given up meanwhile, and its store may be closed
    this.gathering.begin();
    const tasks = this.mailbox.take(this.maxBatch);
    try {
      if (tasks.length > 0) await this.runBatch(tasks);
    } catch (error) {
      await this.standStill(tasks, error);
    } finally {
      this.busy = false;
      this.schedule();
    }
  }

  /** The store failed: nothing of the batch has happened. It waits for its next turn, in its order. */
  private async standStill(tasks: Task[], error: unknown): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const fatal = error instanceof BaedalError && !error.retry;
    if (fatal) return this.giveUp(error);
    this.problem('store', error);
    this.mailbox.putBack(tasks);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }

  private async runBatch(tasks: readonly Task[]): Promise<void> {
    const { results, repeated, failures, calling, aside } = await this.batches.run(tasks);
    if (this.stopping.signal.aborted) return; // it is stored, and whoever gets these messages next says what came of them
    this.counts.handled += results.length - repeated;
    this.counts.repeated += repeated;
    for (const key of calling.keys()) this.mailbox.hold(key);
    for (const task of aside) this.mailbox.park(task);
    for (const { task, error } of failures) void this.fail(task, error);
    this.letOut(results, calling);
  }

  /** The state is safe: the outputs go out, the calls are made, and an input is acked once all that came of it is done. */
  private letOut(results: readonly Result[], versions: ReadonlyMap<string, number>): void {
    const outputs = results.flatMap(({ outcome }) => outcome.outputs);
    for (const { task, outcome, again } of results)
      if (outcome.call) void this.call({ ...task, since: versions.get(task.key)! }, outcome.call, again);
    const answers = results.flatMap(({ outcome }) => outcome.answers);
    const say = (turnedAway: boolean) => {
      for (const { to, data } of answers)
        if ('retryAfterMs' in data === turnedAway) this.options.broker.answer(to, data);
    };
    const finish = () => {
      say(false);
      for (const { task, outcome } of results) if (!outcome.call) this.settle(task.job);
    };
    say(true);
    if (outputs.length === 0) {
      finish();
      return;
    }
    for (const { task } of results) task.job.open++;
    this.unconfirmed++;
    this.outbox.publish(outputs).then(
      () => {
        this.unconfirmed--;
        for (const { task } of results) this.settle(task.job);
        finish();
        this.schedule();
      },
      (error: unknown) => this.giveUp(error),
    );
  }

  /** Asks the partner, outside every transaction; the answer is the actor's next message for this order. */
  private async call(task: Task, call: Call, again: boolean): Promise<void> {
    try {
      const ask = this.options.partners[call.type] as (request: unknown, again: boolean) => Promise<object>;
      const data = await ask(call.request, again);
      const envelope = answerEnvelope(task.envelope, call, data, this.options.now());
      this.mailbox.release(task.key, [{ ...task, envelope }]);
      if ('retryAfterMs' in data) this.gathering.hurry(); // somebody may wait to hear that
    } catch (error) {
      this.mailbox.release(task.key);
      if (error instanceof DatabaseNotSynced)
        this.giveUp(error); // a partner's ledger is a store too, and no message is at fault
      else if (!this.stopping.signal.aborted) await this.fail(task, error);
    }
    this.schedule();
  }

  /** The delivery is tried again later, or given to the dead letters when that is of no use. */
  private async fail({ job, key }: Task, error: unknown): Promise<void> {
    job.failed = true;
    const at = this.options.now();
    const aftermath = aftermathOf(job.delivery, error, { queue: this.options.queue.name, at });
    if (aftermath.kind !== 'put-off') {
      this.problem(aftermath.kind, error, key);
      this.counts[aftermath.kind === 'retry' ? 'retried' : 'buried']++;
    }
    try {
      await ('letter' in aftermath ? this.outbox.bury([aftermath.letter]) : this.outbox.publish([aftermath.again]));
      this.settle(job);
    } catch (failure) {
      this.giveUp(failure);
    }
  }

  /** This host cannot go on. Nothing in hand is acked, so the broker delivers it again, here or elsewhere. */
  private giveUp(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.problem('fatal', error);
    this.stopping.abort();
  }

  private settle(job: Job): void {
    if (--job.open > 0) return;
    if (!job.failed) this.settled.add(job.delivery.envelope.id);
    job.delivery.ack();
    this.inHand.end(job.takenAt);
  }

  private problem(kind: HostProblem['kind'], error: unknown, orderId?: string): void {
    this.options.onProblem({
      actor: this.options.actor.name,
      kind,
      reason: reasonOf(error),
      ...(orderId && { orderId }),
    });
  }
}
