import { reasonOf } from '../../errors.ts';
import type { Outgoing } from '../broker.ts';
import { OutcomeUnknown, PublishRefused, Unroutable } from '../errors.ts';
import { type Parcel, pack } from '../parcels.ts';
import type { Topology } from '../topology.ts';
import type { Logs, Stored } from './logs.ts';
import type { Writer } from './writer.ts';

/** How many entries a queue holds unless told otherwise, delayed ones too; messages that travel together are one entry. */
export const maxQueueLength = 1_000_000;

type Ready = { logs: readonly number[]; journal: boolean; dueAt: number | undefined; entry: Stored };

/** Puts messages into the logs that they are routed to: one entry a parcel and log. */
export class Publisher {
  readonly #topology: Topology;
  readonly #logs: Logs;
  readonly #writer: Writer;
  readonly #now: () => number;
  readonly #maxLength: number;
  readonly #journal: number;
  readonly #journalRoutes: ReadonlySet<string>;
  readonly #routes = new Map<string, number[]>();

  constructor(topology: Topology, logs: Logs, writer: Writer, now: () => number, maxLength: number) {
    this.#topology = topology;
    this.#logs = logs;
    this.#writer = writer;
    this.#now = now;
    this.#maxLength = maxLength;
    this.#journal = logs.idOf(topology.journal.name);
    this.#journalRoutes = new Set(topology.journal.routes);
    for (const { name, routes } of topology.queues) {
      for (const route of routes) this.#routes.set(route, [...(this.#routes.get(route) ?? []), logs.idOf(name)]);
    }
  }

  /** All messages of one call are stored, or none. */
  async publish(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return;
    const ready = pack(this.#topology, messages).map((parcel) => this.#ready(parcel));
    await new Promise<void>((resolve, reject) => {
      let full: number | undefined;
      this.#writer.add({
        durable: true,
        write: () => {
          full = this.#fullOne(ready);
          if (full === undefined) for (const parcel of ready) this.#store(parcel);
        },
        done: () => {
          if (full === undefined) resolve();
          else reject(new PublishRefused(`a queue already holds ${full} messages; see that its consumer runs`));
        },
        failed: (cause) => reject(whyNot(cause)),
      });
    });
  }

  /** Appends bodies to one log, durably. */
  async append(log: number, bodies: readonly string[]): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#writer.add({
        durable: true,
        write: () => {
          for (const body of bodies) this.#logs.append(log, { attempt: 0, failingSince: null, body });
          this.#writer.touched.add(log);
        },
        done: resolve,
        failed: (cause) => reject(whyNot(cause)),
      });
    });
  }

  #ready({ route = '', queue, delayMs, attempt, failingSince, body }: Parcel): Ready {
    if (delayMs > 0 && queue === undefined) throw new TypeError('A delayed message needs a queue to go to.');
    const dueAt = delayMs > 0 ? Math.ceil(this.#now() + delayMs) : undefined;
    const entry = { attempt, failingSince: failingSince ?? null, body };
    if (queue !== undefined) return { logs: [this.#logs.idOf(queue)], journal: false, dueAt, entry };
    const logs = this.#routes.get(route) ?? [];
    const journal = this.#journalRoutes.has(route);
    if (logs.length === 0 && !journal) throw new Unroutable(route);
    return { logs, journal, dueAt, entry };
  }

  /** How long the first queue is that takes no more, if there is one. */
  #fullOne(ready: readonly Ready[]): number | undefined {
    for (const { logs } of ready) {
      for (const log of logs) {
        const length = this.#logs.lengthOf(log);
        if (length >= this.#maxLength) return length;
      }
    }
    return undefined;
  }

  #store({ logs, journal, dueAt, entry }: Ready): void {
    for (const log of logs) {
      if (dueAt === undefined) this.#logs.append(log, entry);
      else this.#logs.appendDelayed(log, dueAt, entry);
      this.#writer.touched.add(log);
    }
    if (!journal) return;
    this.#logs.appendToJournal(this.#journal, entry.body);
    this.#writer.touched.add(this.#journal);
  }
}

/** A disk that fails in the middle leaves it open whether the write survives; everything else undoes it. */
function whyNot(cause: unknown): Error {
  const code = String((cause as { code?: unknown }).code);
  if (code.startsWith('SQLITE_IOERR')) return new OutcomeUnknown(cause);
  if (code === 'SQLITE_FULL') return new PublishRefused('its disk is full; make room on it', cause);
  if (code.startsWith('SQLITE_BUSY')) return new PublishRefused('another process keeps its database locked', cause);
  return new PublishRefused(reasonOf(cause), cause);
}
