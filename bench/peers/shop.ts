import { join } from 'node:path';
import {
  type Actor,
  type Answer,
  answerTo,
  type Call,
  type Message,
  receive,
  type Step,
} from '../../src/actors/actor.ts';
import { commandTypes, eventTypes, type MessageType } from '../../src/actors/messages.ts';
import { demoPace } from '../../src/actors/pace.ts';
import { houseRules } from '../../src/actors/rules.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { cast } from '../../src/cli/cast.ts';
import { newId } from '../../src/client/new-id.ts';
import { wordsOf } from '../../src/partners/words.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';
import { type Database, openDatabase, type Statement } from '../../src/sqlite/open-database.ts';
import { menu } from '../menu.ts';
import { placeOrder } from '../place.ts';

/** A message to send: to its actor's own queue where one is named, otherwise to every queue that takes its type. */
export type Posted = { envelope: Envelope; queue?: string };

const schema = ['CREATE TABLE orders (order_id TEXT PRIMARY KEY, state TEXT NOT NULL);'];
const readModelQueue = 'read-model';

/**
 * The shop as a peer runs it: the same actors and messages, a queue for each actor, and one for the read model, to which every event
 * goes. What one order is to an actor is one SQLite row, read and written in a transaction of its own for each message. Nothing is kept
 * of what was handled before, and payments and messages to people are answered on the spot.
 */
export class Shop {
  /** The types of message that each queue takes. */
  readonly queues: ReadonlyMap<string, readonly MessageType[]>;
  /** How many messages were handled so far, those of the read model included. */
  handled = 0;
  private readonly actors: Map<
    string,
    { actor: Actor<unknown>; file: Database; handle: (envelope: Envelope) => Posted[] }
  >;
  private readonly readModel: Database;
  private readonly projection: Projection;
  private readonly countDelivered: Statement;
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private offset = 0;

  /** @param synchronous FULL as the platform has it, or NORMAL as better-sqlite3 has it by itself. The read model is the platform's. */
  constructor(
    readonly folder: string,
    synchronous: 'FULL' | 'NORMAL',
  ) {
    const pace = { ...demoPace, speed: Number.POSITIVE_INFINITY, pickupMs: 0 };
    const actors: Actor<unknown>[] = cast(menu, pace, houseRules);
    this.readModel = openReadModel(folder);
    this.projection = new Projection(this.readModel);
    this.countDelivered = this.readModel.prepare("SELECT n FROM status_counts WHERE status = 'delivered'").pluck();
    this.actors = new Map(
      actors.map((actor) => {
        const file = openDatabase(join(folder, `${actor.name}.sqlite`), { schema, synchronous });
        const load = file.prepare('SELECT state FROM orders WHERE order_id = ?').pluck();
        const save = file.prepare(
          'INSERT INTO orders (order_id, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
        );
        const handle = file.transaction((envelope: Envelope) => this.run(actor, envelope, load, save)).immediate;
        return [actor.name, { actor, file, handle }];
      }),
    );
    const handled = ({ on }: Actor<unknown>) => [...commandTypes, ...eventTypes].filter((type) => type in on);
    this.queues = new Map([
      ...actors.map((actor) => [actor.name, handled(actor)] as const),
      [readModelQueue, eventTypes] as const,
    ]);
  }

  /** Handles one message. @returns what comes of it */
  handle(queue: string, envelope: Envelope): Posted[] {
    this.handled++;
    if (queue !== readModelQueue) return this.actors.get(queue)!.handle(envelope);
    this.projection.apply([{ offset: this.offset++, envelope: envelope as never }]);
    return [];
  }

  /** Orders that the read model shows as delivered. */
  get delivered(): number {
    return (this.countDelivered.get() as number | undefined) ?? 0;
  }

  /** A customer's order, and the answer, which takes no message to get back. */
  order(): { posted: Posted; answered: Promise<Answer> } {
    const order = placeOrder();
    const answered = new Promise<Answer>((resolve) => this.waiting.set(order.key, resolve));
    return { posted: { envelope: { ...order, replyTo: order.key } }, answered };
  }

  close(): void {
    for (const { file } of this.actors.values()) file.close();
    this.readModel.close();
  }

  private run(actor: Actor<unknown>, input: Envelope, load: Statement, save: Statement): Posted[] {
    const { key } = input;
    const stored = load.get(key) as string | undefined;
    let state = stored === undefined ? actor.start : JSON.parse(stored);
    const posted: Posted[] = [];
    for (let message: Envelope | undefined = input; message; ) {
      const at = Date.now();
      const step: Step<unknown> = receive(actor, state, { ...message, at } as unknown as Message);
      state = step.state;
      for (const effect of step.effects) {
        if (effect.kind === 'answer') {
          this.waiting.get(effect.to)?.(effect.data);
          this.waiting.delete(effect.to);
          continue;
        }
        const envelope = { id: newId(), type: effect.type, key, at, data: effect.data, cause: message.id } as Envelope;
        posted.push(effect.kind === 'later' ? { envelope, queue: actor.name } : { envelope });
      }
      message = step.call && answerOf(message, step.call, at);
    }
    save.run(key, JSON.stringify(state));
    return posted;
  }
}

/** What the partner outside says, who takes no time. */
function answerOf({ id, key }: Envelope, call: Call, at: number): Envelope {
  const data = { ...saidTo(call, key), orderId: key };
  return { id: `${id}/${call.type}`, type: answerTo(call.type), key, at, data, cause: id } as unknown as Envelope;
}

function saidTo(call: Call, orderId: string): object {
  if (call.type === 'Charge') {
    const { amountWon, tries } = call.request;
    return { outcome: 'approved', amountWon, paymentKey: `pay-${orderId}`, tries };
  }
  if (call.type !== 'Notify') return call.request;
  const notices = call.request.notices.map((notice) => {
    const { recipient, about } = notice;
    return { recipient, about, text: wordsOf(notice, 'ko') };
  });
  return { channel: 'console', notices };
}
