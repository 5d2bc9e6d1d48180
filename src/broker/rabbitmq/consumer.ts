import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../../errors.ts';
import type { DeadLetter, Delivery } from '../broker.ts';
import { decode } from '../codec.ts';
import type { Envelope } from '../envelope.ts';
import type { Topology } from '../topology.ts';
import type { AckBook } from './acks.ts';
import * as deadLetters from './dead-letters.ts';
import { Intake, type Taken, warnOf } from './intake.ts';
import { delayed, type Headers } from './outgoing.ts';
import type { Publication } from './publisher.ts';

/** Milliseconds until a message is sent on again that the broker did not take. */
const againMs = 500;

/** `ack` may be called on its own, without the delivery. */
const inHand = (envelope: Envelope, attempt: number, acks: AckBook, tag: number): Delivery => ({
  envelope,
  attempt,
  ack: () => acks.finish(tag),
});

export type ConsumerOptions = {
  topology: Topology;
  queue: string;
  prefetch: number;
  now(): number;
  onDeliveries(deliveries: Delivery[]): void;
  /** Resolves when it is stored. */
  send(publication: Publication): Promise<void>;
};

/** An intake that gives envelopes; buries what is none, and sends timers that came too early up the ladder again. */
export function workIntake({ topology, queue, prefetch, now, onDeliveries, send }: ConsumerOptions): Intake {
  return new Intake(queue, prefetch, (taken) => {
    const deliveries: Delivery[] = [];
    for (const one of taken) {
      const { message, acks } = one;
      const headers = (message.properties.headers ?? {}) as Headers;
      const attempt = headers.attempt ?? 0;
      if (headers.due !== undefined && headers.due > now()) {
        const { messageId: id, type } = message.properties;
        void passOn(one, () =>
          delayed(topology, { queue, content: message.content, id, type, attempt, due: headers.due!, now: now() }),
        );
        continue;
      }
      try {
        deliveries.push(inHand(decode(message.content), attempt, acks, message.fields.deliveryTag));
      } catch (thrown) {
        const letter: DeadLetter = {
          queue,
          reason: reasonOf(thrown),
          attempts: 0,
          at: now(),
          body: message.content.toString(),
        };
        void passOn(one, () => deadLetters.publicationOf(topology, letter));
      }
    }
    if (deliveries.length === 0) return;
    try {
      onDeliveries(deliveries);
    } catch (thrown) {
      warnOf(thrown, `The consumer of ${queue}`); // they stay in hand
    }
  });

  /** Stores it elsewhere, then acks it here. As long as that does not work it stays in hand. */
  async function passOn({ message, acks, generation }: Taken, publication: () => Publication): Promise<void> {
    while (generation.alive) {
      try {
        await send(publication());
        acks.finish(message.fields.deliveryTag);
        return;
      } catch {
        await sleep(againMs, undefined, { ref: false });
      }
    }
  }
}
