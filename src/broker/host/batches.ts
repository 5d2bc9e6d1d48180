import {
  type Actor,
  answerTo,
  type Call,
  type Message,
  type Partners,
  receive,
  type Step,
} from '../../actors/actor.ts';
import { PutOff } from '../../errors.ts';
import type { Delivery } from '../broker.ts';
import type { Envelope } from '../envelope.ts';
import { Instances } from './instances.ts';
import { Fenced, type Outcome, type Store, type Versioned } from './store.ts';

/**
 * One delivery on its way through: it is acked when nothing that it led to is open any more.
 * `takenAt`: milliseconds, of a clock that never jumps. `failed`: it is to be tried again, or is dead.
 */
export type Job = { delivery: Delivery; open: number; takenAt: number; failed?: true };

/**
 * One message for the actor: the one delivered, or a partner's answer that came of it. `since`: of an answer, the version that the instance
 * had when the call was made.
 */
export type Task = { key: string; envelope: Envelope; job: Job; since?: number };

/** `again`: the outcome is one that was stored before, so its call may have been made before too. */
export type Result = { task: Task; outcome: Outcome; again: boolean };

/** What became of a batch. */
export type BatchDone = {
  results: Result[];
  /** How many of the results are of messages that had been handled before. */
  repeated: number;
  /** What the actor threw on. */
  failures: { task: Task; error: unknown }[];
  /** The orders that a partner is to be called for, each with the version that its instance has now. */
  calling: ReadonlyMap<string, number>;
  /** What was left out, in its order, since an earlier message of the same order calls a partner. */
  aside: Task[];
};

export type BatchOptions<S> = {
  actor: Actor<S>;
  store: Store<S>;
  /** The queue of this actor, which its timers come back to. */
  queue: { name: string };
  /** What is used of them: nobody is called here. */
  partners?: Pick<Partners, 'turnsAway' | 'busyForMs'>;
  now(): number;
  newId(): string;
};

/**
 * Runs batches of messages through an actor: load, handle, commit. It touches nothing but the store, so a batch that fails can
 * simply be run again.
 */
export class Batches<S> {
  private readonly instances: Instances<S>;

  constructor(private readonly options: BatchOptions<S>) {
    this.instances = new Instances(options.store);
  }

  /**
   * Where another process has written one of the instances, which only shows at the commit, the batch runs once more on what that left.
   * @throws what the store throws; then nothing of the batch has happened
   */
  async run(tasks: readonly Task[]): Promise<BatchDone> {
    try {
      return await this.attempt(tasks);
    } catch (error) {
      this.instances.forget();
      if (!(error instanceof Fenced)) throw error;
      return await this.attempt(tasks);
    }
  }

  private async attempt(tasks: readonly Task[]): Promise<BatchDone> {
    const { store } = this.options;
    const at = this.options.now();
    const [states, processed] = await Promise.all([
      this.instances.load(new Set(tasks.map((task) => task.key))),
      store.processed(tasks.map((task) => task.envelope.id)),
    ]);
    const loaded = new Map([...states].map(([key, { version }]) => [key, version]));
    const changed = new Map<string, Versioned<S>>();
    const outcomes = new Map<string, Outcome>();
    const calling = new Map<string, number>();
    const done: BatchDone = { results: [], repeated: 0, failures: [], calling, aside: [] };

    for (const task of tasks) {
      const { envelope, key } = task;
      if (calling.has(key)) {
        done.aside.push(task);
        continue;
      }
      const known = processed.get(envelope.id) ?? outcomes.get(envelope.id);
      try {
        if (!known && task.since !== undefined && task.since !== (loaded.get(key) ?? 0)) throw new Overtaken(key);
        const result = known ? await this.resume(task, known, outcomes) : this.handle(task, at, states, changed);
        if (known) result.outcome.answers.push(...this.answerAgain(task, result.outcome, at, states, changed));
        done.results.push(result);
        if (known) done.repeated++;
        else outcomes.set(envelope.id, result.outcome);
        // An answer is written also where it changes nothing: who means to make the same call again is fenced by it.
        if (!known && task.since !== undefined) changed.set(key, this.instanceOf(key, states));
        if (!result.outcome.call) continue;
        // Who makes a call again takes the order over first: from now on the answer to the earlier call is fenced, which may say otherwise.
        if (known) changed.set(key, this.instanceOf(key, states));
        calling.set(key, (loaded.get(key) ?? 0) + (changed.has(key) ? 1 : 0));
      } catch (error) {
        done.failures.push({ task, error });
      }
    }
    if (outcomes.size > 0 || changed.size > 0) {
      const unchanged = new Map<string, number>();
      for (const { key } of tasks) if (!changed.has(key)) unchanged.set(key, loaded.get(key) ?? 0);
      await store.commit({ states: changed, unchanged, outcomes, at });
    }
    this.instances.keep(changed);
    return done;
  }

  private handle(
    task: Task,
    at: number,
    states: Map<string, Versioned<S>>,
    changed: Map<string, Versioned<S>>,
  ): Result {
    const { key, envelope } = task;
    const before = this.instanceOf(key, states);
    const busyForMs = envelope.replyTo === undefined ? undefined : this.options.partners?.busyForMs?.();
    const message = messageOf(envelope, at);
    const step = receive(
      this.options.actor,
      before.state,
      busyForMs === undefined ? message : { ...message, busyForMs },
    );
    const turnedAway = step.call && this.options.partners?.turnsAway?.(step.call);
    if (!turnedAway) {
      this.become(key, before, step, states, changed);
      return { task, outcome: this.outcomeOf(step, envelope, at), again: false };
    }
    // The answer is known, so nothing has to be safe before it: both are one change.
    const answer = answerEnvelope(envelope, step.call!, turnedAway, at);
    const next = receive(this.options.actor, step.state, messageOf(answer, at));
    this.become(key, before, next, states, changed);
    return {
      task,
      outcome: followed(this.outcomeOf(step, envelope, at), this.outcomeOf(next, answer, at)),
      again: false,
    };
  }

  /**
   * Whoever asks again has not heard the answer. Where that did not come of the request itself but of a later message, which nobody sends
   * again, the actor says it once more, or takes note of who waits. Should more come of it than that, nothing does.
   */
  private answerAgain(
    { key, envelope }: Task,
    { answers, call }: Outcome,
    at: number,
    states: Map<string, Versioned<S>>,
    changed: Map<string, Versioned<S>>,
  ): Outcome['answers'] {
    const { replyTo } = envelope;
    if (replyTo === undefined || answers.some(({ to }) => to === replyTo) || call) return [];
    const before = this.instanceOf(key, states);
    const step = receive(this.options.actor, before.state, messageOf(envelope, at));
    const said = step.effects.flatMap((effect) => (effect.kind === 'answer' ? [effect] : []));
    if (step.call || said.length < step.effects.length) return [];
    this.become(key, before, step, states, changed);
    return said.map(({ to, data }) => ({ to, data }));
  }

  private become(
    key: string,
    before: Versioned<S>,
    { state }: Step<S>,
    states: Map<string, Versioned<S>>,
    changed: Map<string, Versioned<S>>,
  ): void {
    if (state === before.state) return;
    const after = { state, version: before.version };
    states.set(key, after);
    changed.set(key, after);
  }

  private instanceOf(key: string, states: ReadonlyMap<string, Versioned<S>>): Versioned<S> {
    return states.get(key) ?? { state: this.options.actor.start, version: 0 };
  }

  /**
   * A message that was handled before: everything it came to is said again, up to the call that is still without an answer.
   * @param outcomes those of this batch, in which the answer may stand just before it
   */
  private async resume(task: Task, known: Outcome, outcomes: ReadonlyMap<string, Outcome>): Promise<Result> {
    let outcome: Outcome = { ...known, answers: [...known.answers] };
    let { envelope } = task;
    while (outcome.call) {
      const answer = answerEnvelope(envelope, outcome.call, {}, 0);
      const next = outcomes.get(answer.id) ?? (await this.options.store.processed([answer.id])).get(answer.id);
      if (!next) break;
      outcome = followed(outcome, next);
      envelope = answer;
    }
    return { task: { ...task, envelope }, outcome, again: true };
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
}

/**
 * Another process has the order now, and has made the call again. Which of the two answers is true is for that one to find out: the message
 * is handled again by whoever has its queue.
 */
class Overtaken extends PutOff {
  readonly code = 'overtaken';
  readonly retryAfterMs = 100;
  constructor(key: string) {
    super(`Another process has taken over the order ${key} while a partner was being asked.`);
  }
}

const messageOf = ({ id, type, data, replyTo }: Envelope, at: number): Message =>
  ({ id, type, data, at, ...(replyTo && { replyTo }) }) as Message;

/** What came of the answer to a call stands where the call stood. */
const followed = ({ outputs, answers }: Outcome, next: Outcome): Outcome => ({
  ...next,
  outputs: [...outputs, ...next.outputs],
  answers: [...answers, ...next.answers],
});

/** The answer to a call is a message of the same order. Its id follows from the input's, so that it too is taken once. */
export const answerEnvelope = (input: Envelope, call: Call, data: object, at: number): Envelope =>
  ({
    id: `${input.id}/${call.type}`,
    type: answerTo(call.type),
    key: input.key,
    at,
    data,
    cause: input.id,
  }) as Envelope;
