import { setTimeout as sleep } from 'node:timers/promises';
import { kitchenBoard, riderBoard } from '../src/readmodel/boards.ts';
import { findOrder } from '../src/readmodel/find-order.ts';
import { listOrders } from '../src/readmodel/list-orders.ts';
import type { Reader } from '../src/readmodel/reader.ts';
import type { Database } from '../src/sqlite/open-database.ts';
import { customers, stores } from './stored-orders.ts';

/** Rows that fit on a large screen. */
const screenful = 50;

/** How late a process is by itself that shares its cores: the same every time, and no question. */
export const comparison = 'to compare: half a millisecond of counting';

const counted = 500_000;
function count(): number {
  let sum = 0;
  for (let i = 0; i < counted; i++) sum += i % 7;
  return sum;
}

/** What people ask, the `i`th time, where there are `orders` orders. */
const questions = {
  'my page: the newest 50 of a customer': (db, i) =>
    listOrders(db, { customerId: `customer-${(i * 7_919) % customers}` }),
  'kitchen board, a screenful': (db) => kitchenBoard(db, { limit: screenful }),
  'kitchen board of a store, a screenful': (db, i) =>
    kitchenBoard(db, { storeId: stores[i % stores.length]!, limit: screenful }),
  'kitchen board of a store, all of it': (db, i) => kitchenBoard(db, { storeId: stores[i % stores.length]! }),
  'rider board, a screenful': (db) => riderBoard(db, { limit: screenful }),
  'status of an order, with its story': (db, i, orders) => findOrder(db, `bench-${(i * 7_919) % orders}`),
  [comparison]: () => count(),
} satisfies Record<string, (db: Database, i: number, orders: number) => unknown>;

/** Milliseconds that each question took, by the question; and how old each event was when it was first seen. */
export type Asked = { tookMs: Map<string, number[]>; lagMs: number[] };

/** A look for new events, or a question, comes so often, milliseconds. */
const pauseMs = 5;

/**
 * Asks every question in turn, again and again, and looks meanwhile for events that were not to be seen before.
 * @param warmUpMs what is asked and seen before does not count
 */
export async function askFor(reader: Reader, orders: number, warmUpMs: number, forMs: number): Promise<Asked> {
  const names = Object.keys(questions) as (keyof typeof questions)[];
  const tookMs = new Map<string, number[]>(names.map((name) => [name, []]));
  const lagMs: number[] = [];
  let lastSeen = reader.ask((db) => db.prepare('SELECT max(event_no) FROM timeline').pluck().get() as number);
  const startedAt = performance.now();
  for (let i = 0; performance.now() - startedAt < warmUpMs + forMs; i++) {
    await sleep(pauseMs);
    const warm = performance.now() - startedAt > warmUpMs;
    const fresh = reader.ask((db) => freshEvents(db, lastSeen));
    const now = Date.now();
    lastSeen = fresh.at(-1)?.eventNo ?? lastSeen;
    if (warm) lagMs.push(...fresh.map(({ at }) => now - at));
    const name = names[i % names.length]!;
    const askedAt = performance.now();
    reader.ask((db) => questions[name](db, Math.floor(i / names.length), orders));
    if (warm) tookMs.get(name)!.push(performance.now() - askedAt);
  }
  return { tookMs, lagMs };
}

const freshEvents = (db: Database, after: number) =>
  db.prepare('SELECT event_no AS eventNo, at FROM timeline WHERE event_no > ? ORDER BY event_no').all(after) as {
    eventNo: number;
    at: number;
  }[];
