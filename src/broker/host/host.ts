import pRetry from 'p-retry';
import {
  type Actor,
  answerTo,
  type Call,
  type Message,
  type Partners,
  receive,
  type Step,
} from '../../actors/actor.ts';
import { BaedalError, reasonOf } from '../../errors.ts';
import type { Broker, Delivery, Outgoing, Subscription } from '../broker.ts';
import type { Envelope } from '../envelope.ts';
import type { WorkQueue } from '../topology.ts';
import { Instances } from './instances.ts';
import { Mailbox } from './mailbox.ts';
import { backoffMs, maxAttempts } from './retry.ts';
import type { Outcome, Store, Versioned } from './store.ts';

export type HostOptions<S> = {
  actor: Actor<S>;
  queue: WorkQueue;
  broker: Broker;
  store: Store<S>;
  partners: Partners;
  /** The clock, epoch milliseconds. */
  now(): number;
  /** Makes message ids; later ones must sort later. */
  newId(): string;
  /** Told of what went wrong and is being dealt with. */
  onProblem(problem: HostProblem): void;
  /** Messages in hand at most, default 512. */
  prefetch?: number;
  /** Messages in one transaction at most, default 256. */
  maxBatch?: number;
  /** Batches whose outputs are not confirmed yet, at most; default 8. */
  maxUnconfirmed?: number;
};

export type HostProblem = {
  actor: string;
  kind: 'retry' | 'dead-letter' | 'store' | 'publish' | 'fatal';
  reason: string;
  orderId?: string;
};

export type HostStats = { handled: number; repeated: number; retried: number; buried: number; inHand: number };

/** Messages were still in hand when the time was up. The broker delivers them again. */
export class DrainTimedOut extends BaedalError {
  readonly code = 'drain-timed-out';
  readonly retry = true;
  constructor(actor: string, inHand: number) {
    super(`${inHand} messages of the ${actor} actor were still in hand. They are delivered again at the next start.`);
  }
}

/** One delivery on its way through: it is acked when nothing that it led to is open any more. */
type Job = { delivery: Delivery; open: number };

/** One message for the actor: the one delivered, or a partner's answer that came of it. */
type Task = { key: string; envelope: Envelope; job: Job };

type Result = { task: Task; outcome: Outcome };

/**
 * Makes a pure actor durable. A message changes the actor at most once: its outcome is stored together with the state, and
 * a message that comes again comes to the stored outcome. The order of things is commit, publish, confirm, ack, so a crash
 * anywhere between only means that the broker delivers the input again: its redelivery is the outbox relay.
 */
export class Host<S> {
  private readonly mailbox = new Mailbox<Task>();
  private readonly stopping = new AbortController();
  private readonly instances: Instances<S>;
  private readonly prefetch: number;
  private readonly maxBatch: number;
  private readonly maxUnconfirmed: number;
  private subscription: Subscription | undefined;
  private busy = false;
  private unconfirmed = 0;
  private readonly counts = { handled: 0, repeated: 0, retried: 0, buried: 0, inHand: 0 };
  private idle: (() => void) | undefined;

  constructor(private readonly options: HostOptions<S>) {
    this.instances = new Instances(options.store);
    this.prefetch = options.prefetch ?? 512;
    this.maxBatch = options.maxBatch ?? 256;
    this.maxUnconfirmed = options.maxUnconfirmed ?? 8;
  }

  get stats(): HostStats {
    return { ...this.counts };
  }

  async start(): Promise<void> {
    const { broker, queue } = this.options;
    this.subscription = await broker.consume(queue.name, {
      prefetch: this.prefetch,
      onDeliveries: (deliveries) => this.accept(deliveries),
    });
  }

  /**
   * Stops taking messages and waits for those in hand. Safe to call twice.
   * @param graceMs milliseconds to wait, default 10_000
   * @throws {DrainTimedOut} messages were still in hand; the broker delivers them again
   */
  async drain(graceMs = 10_000): Promise<void> {
    await this.subscription?.stop();
    if (this.counts.inHand > 0) {
      let timer: NodeJS.Timeout | undefined;
      const inTime = await Promise.race([
        new Promise<boolean>((resolve) => (this.idle = () => resolve(true))),
        new Promise<boolean>((resolve) => (timer = setTimeout(resolve, graceMs, false))),
      ]);
      clearTimeout(timer);
      if (!inTime) {
        this.stopping.abort();
        throw new DrainTimedOut(this.options.actor.name, this.counts.inHand);
      }
    }
    this.stopping.abort();
  }

  private accept(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      this.counts.inHand++;
      this.mailbox.put({ key: delivery.envelope.key, envelope: delivery.envelope, job: { delivery, open: 1 } });
    }
    this.schedule();
  }

  /** The batch is whatever waited while the last one was committed; a timer never makes it wait. */
  private schedule(): void {
    if (this.busy || this.mailbox.size === 0 || this.unconfirmed >= this.maxUnconfirmed || this.stopping.signal.aborted)
      return;
    this.busy = true;
    setImmediate(() => void this.turn());
  }

  private async turn(): Promise<void> {
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
    const fatal = error instanceof BaedalError && !error.retry;
    this.problem(fatal ? 'fatal' : 'store', error);
    this.instances.forget();
    if (fatal) return this.stopping.abort();
    this.mailbox.putBack(tasks);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }

  private async runBatch(tasks: readonly Task[]): Promise<void> {
    const { store } = this.options;
    const at = this.options.now();
    const [states, processed] = await Promise.all([
      this.instances.load(new Set(tasks.map((task) => task.key))),
      store.processed(tasks.map((task) => task.envelope.id)),
    ]);
    const changed = new Map<string, Versioned<S>>();
    const outcomes = new Map<string, Outcome>();
    const results: Result[] = [];
    const failures: { task: Task; error: unknown }[] = [];
    const calling = new Set<string>();
    const aside: Task[] = [];

    for (const task of tasks) {
      const { envelope, key } = task;
      if (calling.has(key)) {
        aside.push(task); // an earlier one of this batch calls a partner first
        continue;
      }
      const known = processed.get(envelope.id) ?? outcomes.get(envelope.id);
      try {
        const result = known ? await this.resume(task, known) : this.handle(task, at, states, changed);
        results.push(result);
        if (!known) outcomes.set(envelope.id, result.outcome);
        if (result.outcome.call) calling.add(key);
      } catch (error) {
        failures.push({ task, error });
      }
    }
    if (outcomes.size > 0) await store.commit({ states: changed, outcomes, at });
    this.instances.keep(changed);

    // Nothing above has touched anything but the store, so a batch that fails can simply be run again.
    this.counts.handled += outcomes.size;
    this.counts.repeated += results.length - outcomes.size;
    for (const key of calling) this.mailbox.hold(key);
    for (const task of aside) this.mailbox.park(task);
    for (const { task, error } of failures) void this.fail(task, error);
    this.letOut(results);
  }

  private handle(
    task: Task,
    at: number,
    states: Map<string, Versioned<S>>,
    changed: Map<string, Versioned<S>>,
  ): Result {
    const { key, envelope } = task;
    const before = states.get(key) ?? { state: this.options.actor.start, version: 0 };
    const step = receive(this.options.actor, before.state, messageOf(envelope, at));
    if (step.state !== before.state) {
      const after = { state: step.state, version: before.version };
      states.set(key, after);
      changed.set(key, after);
    }
    return { task, outcome: this.outcomeOf(step, envelope, at) };
  }

  /** A message that was handled before: everything it came to is said again, up to the call that is still without an answer. */
  private async resume(task: Task, known: Outcome): Promise<Result> {
    const all: Outcome = { outputs: [...known.outputs], answers: [...known.answers] };
    let { call } = known;
    let { envelope } = task;
    while (call) {
      const answer = answerEnvelope(envelope, call, {}, 0);
      const next = (await this.options.store.processed([answer.id])).get(answer.id);
      if (!next) break;
      all.outputs.push(...next.outputs);
      all.answers.push(...next.answers);
      envelope = answer;
      call = next.call;
    }
    return { task: { ...task, envelope }, outcome: call ? { ...all, call } : all };
  }

  private outcomeOf(step: Step<S>, input: Envelope, at: number): Outcome {
    const { newId, queue } = this.options;
    const outcome: Outcome = { outputs: [], answers: [] };
    for (const effect of step.effects) {
      if (effect.kind === 'answer') {
        outcome.answers.push({ to: effect.to, data: effect.data });
        continue;
      }
      const envelope = {
        id: newId(),
        type: effect.type,
        key: input.key,
        at,
        data: effect.data,
        cause: input.id,
      } as Envelope;
      outcome.outputs.push(
        effect.kind === 'later' ? { envelope, queue: queue.name, delayMs: effect.afterMs } : { envelope },
      );
    }
    if (step.call) outcome.call = step.call;
    return outcome;
  }

  /** The state is safe: the outputs go out, the calls are made, and an input is acked once all that came of it is done. */
  private letOut(results: readonly Result[]): void {
    const outputs = results.flatMap(({ outcome }) => outcome.outputs);
    for (const { task, outcome } of results) if (outcome.call) void this.call(task, outcome.call);
    const finish = () => {
      for (const { task, outcome } of results) {
        for (const { to, data } of outcome.answers) this.options.broker.answer(to, data);
        if (!outcome.call) this.settle(task.job);
      }
    };
    if (outputs.length === 0) {
      finish();
      return;
    }
    for (const { task } of results) task.job.open++;
    this.unconfirmed++;
    void this.publish(outputs).then((confirmed) => {
      this.unconfirmed--;
      if (!confirmed) return;
      for (const { task } of results) this.settle(task.job);
      finish();
      this.schedule();
    });
  }

  /** Publishes until it is confirmed; false where the host was stopped first. */
  private async publish(outputs: readonly Outgoing[]): Promise<boolean> {
    const { broker } = this.options;
    try {
      await broker.publish(outputs).catch((error: unknown) => this.insist(() => broker.publish(outputs), error));
      return true;
    } catch (error) {
      if (!this.stopping.signal.aborted) {
        this.problem('fatal', error);
        this.stopping.abort();
      }
      return false;
    }
  }

  /** Tries again, ever more slowly, until it succeeds, is of no use, or the host is stopped. */
  private insist(attempt: () => Promise<void>, failure: unknown): Promise<void> {
    let first: unknown = failure;
    const again = () => {
      if (first === undefined) return attempt();
      const error = first;
      first = undefined;
      throw error;
    };
    return pRetry(again, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 50,
      maxTimeout: 2_000,
      randomize: true,
      signal: this.stopping.signal,
      shouldRetry: ({ error }) => !(error instanceof BaedalError) || error.retry,
      onFailedAttempt: ({ error }) => this.problem('publish', error),
    });
  }

  /** Asks the partner, outside every transaction; the answer is the actor's next message for this order. */
  private async call(task: Task, call: Call): Promise<void> {
    try {
      const ask = this.options.partners[call.type] as (request: unknown) => Promise<object>;
      const data = await ask(call.request);
      const envelope = answerEnvelope(task.envelope, call, data, this.options.now());
      this.mailbox.release(task.key, [{ ...task, envelope }]);
    } catch (error) {
      this.mailbox.release(task.key);
      if (!this.stopping.signal.aborted) await this.fail(task, error);
    }
    this.schedule();
  }

  /** A fault: the delivery is tried again later, or given to the dead letters when that is of no use. */
  private async fail({ job, key }: Task, error: unknown): Promise<void> {
    const { broker, queue } = this.options;
    const { envelope, attempt } = job.delivery;
    const hopeless = (error instanceof BaedalError && !error.retry) || attempt + 1 >= maxAttempts;
    const kind = hopeless ? 'dead-letter' : 'retry';
    this.problem(kind, error, key);
    this.counts[hopeless ? 'buried' : 'retried']++;
    const move = hopeless
      ? () =>
          broker.bury([
            {
              queue: queue.name,
              reason: reasonOf(error),
              attempts: attempt + 1,
              at: this.options.now(),
              body: JSON.stringify(envelope),
            },
          ])
      : () => broker.publish([{ envelope, queue: queue.name, delayMs: backoffMs(attempt), attempt: attempt + 1 }]);
    try {
      await move().catch((failure: unknown) => this.insist(move, failure));
      this.settle(job);
    } catch (failure) {
      if (!this.stopping.signal.aborted) this.problem('publish', failure, key); // not acked: the broker delivers it again
    }
  }

  private settle(job: Job): void {
    if (--job.open > 0) return;
    job.delivery.ack();
    this.counts.inHand--;
    if (this.counts.inHand === 0) this.idle?.();
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

const messageOf = ({ id, type, data, replyTo }: Envelope, at: number): Message =>
  ({ id, type, data, at, ...(replyTo && { replyTo }) }) as Message;

/** The answer to a call is a message of the same order. Its id follows from the input's, so that it too is taken once. */
const answerEnvelope = (input: Envelope, call: Call, data: object, at: number): Envelope =>
  ({
    id: `${input.id}/${call.type}`,
    type: answerTo(call.type),
    key: input.key,
    at,
    data,
    cause: input.id,
  }) as Envelope;
