import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pRetry from 'p-retry';
import type { CallType, MessageType } from '../actors/messages.ts';
import { demoPace } from '../actors/pace.ts';
import type { Broker, Outgoing } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { type Rehearsal, rehearse } from '../broker/host/rehearse.ts';
import { SqliteStore } from '../broker/host/sqlite-store.ts';
import { newId } from '../client/new-id.ts';
import { BaedalError, reasonOf } from '../errors.ts';
import type { DeadLetterView } from '../readmodel/list-dead-letters.ts';
import { cast } from './cast.ts';
import { menuInUse } from './menu-in-use.ts';
import { folderOf, now, topology } from './open-broker.ts';
import { redrivable } from './redrivable.ts';
import type { Settings } from './settings.ts';

/** What would become of a letter's message if it were redriven now. `reason` is a sentence. */
export type DryRun =
  /** `sends`: what goes out; `sets`: timers; `asks`: which partner is asked what; `again`: it was asked before and has not answered. */
  | { outcome: 'would-apply'; sends: MessageType[]; sets: MessageType[]; asks?: CallType; again: boolean }
  /** Nothing changes, or it was handled already. */
  | { outcome: 'would-be-ignored'; reason: string }
  | { outcome: 'would-fail-again'; reason: string }
  /** What the actor knows is not here. */
  | { outcome: 'cannot-tell'; reason: string }
  /** `redrive` refuses it. */
  | { outcome: 'cannot-be-redriven'; reason: string };

/** Which letters were redriven, and why the others were not, a sentence each. */
export type Redriven = { redriven: string[]; refused: { letterId: string; reason: string }[] };

/** Which letters were discarded, and why the others were not, a sentence each. */
export type Discarded = { discarded: string[]; refused: { letterId: string; reason: string }[] };

/** Letters that are published, with the record of it, in one go. */
const atOnce = 100;

/**
 * Tries a letter's message on what its actor knows of the order at present. Nothing is written, sent, or asked of a partner.
 * The menu, rules and pace are those of these settings; `baedal up` may have been told others.
 */
export async function dryRun(settings: Settings, letter: DeadLetterView, clock = now): Promise<DryRun> {
  const checked = redrivable(letter, topology(settings), clock());
  if ('refusal' in checked) return { outcome: 'cannot-be-redriven', reason: checked.refusal };
  const { envelope, queue } = checked;
  const pace = { ...demoPace, storeDeadlineMs: settings.storeDeadlineMs };
  const actor = cast(menuInUse(settings), pace, settings.rules).find(({ name }) => name === queue.actor)!;
  const file = join(folderOf(settings), 'actors', `${queue.actor}.${queue.partition}.sqlite`);
  if (!existsSync(file))
    return {
      outcome: 'cannot-tell',
      reason: `What the ${queue.actor} actor knows is not on this machine, or not in this data folder: there is no ${file}.`,
    };
  let store: SqliteStore<unknown> | undefined;
  try {
    store = new SqliteStore<unknown>(file, queue.actor, { readonly: true });
    const rehearsal = await rehearse({ actor, store, queue, now: clock, newId }, envelope);
    return told(rehearsal, queue.actor);
  } catch (error) {
    if (!(error instanceof BaedalError)) throw error;
    return { outcome: 'cannot-tell', reason: error.message };
  } finally {
    store?.close();
  }
}

function told(rehearsal: Rehearsal, actor: string): DryRun {
  if (rehearsal.outcome === 'fails') return { outcome: 'would-fail-again', reason: reasonOf(rehearsal.error) };
  const { again } = rehearsal;
  if (rehearsal.outcome === 'applies') {
    const { outputs, call } = rehearsal;
    const types = (timers: boolean) =>
      outputs.filter(({ delayMs }) => (delayMs !== undefined) === timers).map(({ envelope }) => envelope.type);
    return { outcome: 'would-apply', sends: types(false), sets: types(true), ...(call && { asks: call.type }), again };
  }
  if (again) return { outcome: 'would-be-ignored', reason: `The ${actor} actor has handled it already.` };
  const refusals = rehearsal.answers.flatMap((answer) => (answer.outcome === 'refused' ? [answer.reason] : []));
  return { outcome: 'would-be-ignored', reason: ['Nothing changes.', ...refusals].join(' ') };
}

/**
 * Sends the messages of these letters to their queues again, under their own ids, so that each takes effect at most once; oldest first.
 * A letter that was redriven before may be redriven again.
 * @throws {BaedalError} the broker did not confirm; it is safe to redrive the same letters again
 */
export async function redrive(broker: Broker, letters: readonly DeadLetterView[], clock = now): Promise<Redriven> {
  const done: Redriven = { redriven: [], refused: [] };
  const ready: { letterId: string; message: Outgoing }[] = [];
  for (const letter of letters.toSorted((a, b) => a.at - b.at)) {
    const { letterId } = letter;
    const checked = redrivable(letter, broker.topology, clock());
    if ('refusal' in checked) done.refused.push({ letterId, reason: checked.refusal });
    else ready.push({ letterId, message: { envelope: checked.envelope, queue: checked.queue.name } });
  }
  for (const some of inChunks(ready)) {
    const letterIds = some.map(({ letterId }) => letterId);
    const record = recordOf('LettersRedriven', { letterIds }, clock());
    await publish(broker, [...some.map(({ message }) => message), { envelope: record }]);
    done.redriven.push(...letterIds);
  }
  return done;
}

/** Why nothing is to be discarded of a letter, in a sentence; undefined where it can be. */
export const notDiscardable = ({ letterId, state }: Pick<DeadLetterView, 'letterId' | 'state'>): string | undefined =>
  state === 'redriven'
    ? `The dead letter ${letterId.slice(0, 8)} was redriven already, so there is nothing to discard. Should its message die again, that is another letter.`
    : undefined;

/**
 * Records that nothing will come of these letters. They can still be read. One that was redriven is refused: its message is on its way.
 * @param reason for people, up to 2,000 characters
 * @throws {BaedalError} the broker did not confirm; it is safe to discard the same letters again
 */
export async function discard(
  broker: Broker,
  letters: readonly Pick<DeadLetterView, 'letterId' | 'state'>[],
  reason: string,
  clock = now,
): Promise<Discarded> {
  const done: Discarded = { discarded: [], refused: [] };
  const ready: string[] = [];
  for (const letter of letters) {
    const refusal = notDiscardable(letter);
    if (refusal === undefined) ready.push(letter.letterId);
    else done.refused.push({ letterId: letter.letterId, reason: refusal });
  }
  for (const letterIds of inChunks(ready)) {
    const data = { letterIds: [...letterIds], reason: reason.slice(0, 2_000) };
    await publish(broker, [{ envelope: recordOf('LettersDiscarded', data, clock()) }]);
    done.discarded.push(...letterIds);
  }
  return done;
}

const recordOf = <T extends 'LettersRedriven' | 'LettersDiscarded'>(type: T, data: Envelope<T>['data'], at: number) =>
  ({ id: newId(), type, key: 'dead-letters', at, data }) as Envelope;

const publish = (broker: Broker, messages: readonly Outgoing[]): Promise<void> =>
  pRetry(() => broker.publish(messages), {
    retries: 3,
    minTimeout: 100,
    randomize: true,
    shouldRetry: ({ error }) => error instanceof BaedalError && error.retry,
  });

function* inChunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += atOnce) yield all.slice(i, i + atOnce);
}
