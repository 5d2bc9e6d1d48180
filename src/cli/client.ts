import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../actors/actor.ts';
import type { Commands } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { BaedalError } from '../errors.ts';
import { catchUp } from '../readmodel/catch-up.ts';
import { follow } from '../readmodel/follow.ts';
import { Reader } from '../readmodel/reader.ts';
import type { Database } from '../sqlite/open-database.ts';
import { Interrupted, Refused, TimedOut } from './exit-code.ts';
import { newId } from './new-id.ts';
import { folderOf, now, openBroker } from './open-broker.ts';
import { say } from './print.ts';
import type { Settings } from './settings.ts';

type Done = Extract<Answer, { outcome: 'done' }>;

/** Runs `use` with the broker and lets go of it afterwards, whatever happens. */
export async function withBroker<T>(settings: Settings, use: (broker: Broker) => Promise<T>): Promise<T> {
  const broker = await openBroker(settings, 'client');
  try {
    return await use(broker);
  } finally {
    await broker.close();
  }
}

/**
 * Makes a request of an actor and waits for the answer.
 * @throws {Refused} the actor said no
 * @throws {TimedOut} nobody answered
 */
export async function ask<T extends keyof Commands>(
  broker: Broker,
  type: T,
  data: Commands[T],
  timeoutMs: number,
): Promise<Done> {
  const envelope = { id: newId(), type, key: data.orderId, at: now(), data } as Envelope;
  const answer = await broker.request(envelope, timeoutMs).catch((error: unknown) => {
    if (error instanceof BaedalError && error.code === 'timed-out')
      throw new TimedOut(
        `Nobody answered within ${timeoutMs / 1000} s. Is \`baedal up\` running with this broker and namespace? See later with \`baedal order status ${data.orderId}\`.`,
        { cause: error },
      );
    throw error;
  });
  if (answer.outcome === 'refused') throw new Refused(answer.code, answer.reason, answer.retryAfterMs);
  return answer;
}

/** Answers a question from the read model, which is brought up to date first where nobody else does that. */
export async function query<T>(settings: Settings, question: (db: Database) => T): Promise<T> {
  const folder = folderOf(settings);
  const onGap = (gap: Error) => say(gap.message);
  const upToDate = await withBroker(settings, (broker) =>
    catchUp(folder, broker, { onGap }).catch((error: unknown) => {
      if (!(error instanceof BaedalError) || error.code !== 'data-not-writable') throw error;
      say(error.message); // it can still be read
      return false;
    }),
  );
  if (!upToDate) say('The read model is behind, so this may be a little old.');
  const reader = new Reader(folder);
  try {
    return reader.ask(question);
  } finally {
    reader.close();
  }
}

/**
 * Looks at the read model again and again, keeping it up to date meanwhile where nobody else does, until `look` says it is done.
 * @throws {TimedOut} after `timeoutMs`
 * @throws {Interrupted} when `signal` aborts
 */
export async function watch(
  settings: Settings,
  broker: Broker,
  look: (db: Database) => boolean,
  options: { timeoutMs?: number; signal?: AbortSignal; waitingFor: string },
): Promise<void> {
  const folder = folderOf(settings);
  const { timeoutMs = Number.POSITIVE_INFINITY, signal, waitingFor } = options;
  const giveUpAt = now() + timeoutMs;
  let failure: unknown;
  const stop = follow(folder, broker, {
    onProblem: (error, phase) => {
      if (phase === 'opening') failure = error;
    },
  });
  const reader = new Reader(folder);
  try {
    while (!reader.ask(look)) {
      if (signal?.aborted) throw new Interrupted();
      if (failure) throw failure;
      if (now() > giveUpAt) throw new TimedOut(`${waitingFor} did not happen within ${timeoutMs / 1000} s.`);
      await sleep(40);
    }
  } finally {
    reader.close();
    await stop();
  }
}
