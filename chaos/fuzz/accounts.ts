import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { unpack, unpackAny } from '../../src/broker/codec.ts';
import { letterIn } from '../../src/broker/dead-letter.ts';
import type { Topology } from '../../src/broker/topology.ts';
import { listDeadLetters } from '../../src/readmodel/list-dead-letters.ts';
import type { Reader } from '../../src/readmodel/reader.ts';
import type { Put } from './stranger.ts';

/** Characters of a body that a dead letter keeps. */
const mostBody = 1_000_000;

export type Accounts = {
  /** Parts of what was put, by what became of them. */
  handled: number;
  dead: number;
  asleep: number;
  /** Told to whoever listens, or read into the read model, where there is nothing to be kept of it. */
  passedOn: number;
  /** What nobody knows anything of, a sentence each. */
  lost: string[];
};

type Kept = {
  letters: Set<string>;
  ids: Set<string>;
  handled(queue: string, id: string): boolean;
  asleep: Set<string>;
};

/** Says of each part of each message what became of it. Each is handled by its actor, a dead letter, on its way, or passed on. */
export function accountsOf(puts: readonly Put[], kept: Kept): Accounts {
  const accounts: Accounts = { handled: 0, dead: 0, asleep: 0, passedOn: 0, lost: [] };
  for (const put of puts) {
    const text = put.body.toString();
    const isBody = (body: string) => kept.letters.has(body.slice(0, mostBody));
    const isDead = (id: string | undefined) => id !== undefined && kept.ids.has(id);
    if (put.queues.length === 0) {
      if (put.target.kind !== 'dead-letters') accounts.passedOn++;
      else if (lettersIn(text).every(isBody)) accounts.dead++;
      else accounts.lost.push(lost(put, 'is no dead letter', text));
      continue;
    }
    for (const queue of put.queues)
      for (const part of unpack(put.body)) {
        const id = 'envelope' in part ? part.envelope.id : undefined;
        if (id !== undefined && kept.handled(queue, id)) accounts.handled++;
        else if (isDead(id) || lettersIn('text' in part ? part.text : text).every(isBody) || isBody(text))
          accounts.dead++;
        else if (kept.asleep.has(text)) accounts.asleep++;
        else accounts.lost.push(lost(put, `is nowhere, and was for ${queue}`, text));
      }
  }
  return accounts;
}

/** The bodies that a dead letter comes to: its own, or each part of it. */
function lettersIn(text: string): string[] {
  const body = letterIn(text)?.body ?? text;
  const parts = unpackAny(body);
  if (parts.length === 1) return [body];
  return parts.map((part) => ('envelope' in part ? JSON.stringify(part.envelope) : part.text));
}

/** What there is to look at, once all is quiet. */
export function keptIn(folder: string, topology: Topology, reader: Reader, asleep: readonly { text: string }[]): Kept {
  const letters = reader.ask((db) => listDeadLetters(db, { limit: 1_000_000 }));
  // Half a letter, which JSON can have, is kept as what stands for it.
  const scratch = new Sqlite(':memory:').prepare('SELECT ?').pluck();
  const asKept = (id: string) => scratch.get(id) as string;
  const processed = new Map(
    topology.queues.map(({ name, actor, partition }) => {
      const db = new Sqlite(join(folder, 'actors', `${actor}.${partition}.sqlite`), { readonly: true });
      const ids = new Set(db.prepare('SELECT id FROM processed').pluck().all() as string[]);
      db.close();
      return [name, ids] as const;
    }),
  );
  return {
    letters: new Set(letters.map(({ body }) => body)),
    ids: new Set(letters.flatMap(({ messageId }) => messageId ?? [])),
    handled: (queue, id) => processed.get(queue)?.has(asKept(id)) ?? false,
    asleep: new Set(asleep.map(({ text }) => text)),
  };
}

const lost = ({ number, target, with: rest }: Put, why: string, text: string): string =>
  `Message ${number}, to ${JSON.stringify(target)} with ${JSON.stringify(rest)}, ${why}: ${JSON.stringify(text.slice(0, 300))}`;
