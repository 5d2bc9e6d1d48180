import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from '../broker/broker.ts';
import { TimedOut } from '../client/errors.ts';
import { BaedalError } from '../errors.ts';
import { catchUp } from '../readmodel/catch-up.ts';
import { follow } from '../readmodel/follow.ts';
import { Reader } from '../readmodel/reader.ts';
import type { Database } from '../sqlite/open-database.ts';
import { Interrupted } from './exit-code.ts';
import { folderOf, now, openBroker } from './open-broker.ts';
import { say } from './print.ts';
import type { Settings } from './settings.ts';

/** Runs `use` with the broker and lets go of it afterwards, whatever happens. */
export async function withBroker<T>(settings: Settings, use: (broker: Broker) => Promise<T>): Promise<T> {
  const broker = await openBroker(settings, 'client');
  try {
    return await use(broker);
  } finally {
    await broker.close();
  }
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
