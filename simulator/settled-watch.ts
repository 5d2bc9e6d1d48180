import type { Delivery } from '../src/broker/broker.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import { type UsedBroker, withReplaced } from './used-broker.ts';

/** What one host knows of a message: how many of it are in hand, whether one was dealt with, and whether that was so when the next one came. */
type Known = { inHand: number; isDealtWith: boolean; cameAfterwards: boolean };

/**
 * The broker of one host, which is watched: when a message comes that it has dealt with to the end, it says nothing of it again. Else copies
 * would breed copies. What failed, or is asked by somebody who waits, is another matter.
 */
export function watchSettled(broker: UsedBroker, onSaidAgain: (said: Envelope) => void): UsedBroker {
  const known = new Map<string, Known>();
  const failed = new Set<string>();
  const take = (delivery: Delivery): Delivery => {
    const { id, replyTo } = delivery.envelope;
    if (replyTo !== undefined) return delivery;
    const of = known.get(id) ?? { inHand: 0, isDealtWith: false, cameAfterwards: false };
    of.cameAfterwards = of.isDealtWith && of.inHand === 0;
    of.inHand++;
    known.set(id, of);
    const ack = () => {
      of.inHand--;
      of.isDealtWith = true;
      delivery.ack();
    };
    return { ...delivery, ack };
  };
  return withReplaced(broker, {
    consume: (queue, { onDeliveries, ...rest }) =>
      broker.consume(queue, { ...rest, onDeliveries: (deliveries) => onDeliveries(deliveries.map(take)) }),
    publish: (messages) => {
      for (const { envelope, attempt } of messages) {
        if (attempt !== undefined) failed.add(envelope.id);
        const [cause = ''] = envelope.cause?.split('/') ?? []; // of a partner's answer: the message that it came of
        if (attempt === undefined && !failed.has(cause) && known.get(cause)?.cameAfterwards) onSaidAgain(envelope);
      }
      return broker.publish(messages);
    },
    bury: (letters) => {
      for (const { body } of letters) failed.add((JSON.parse(body) as Envelope).id);
      return broker.bury(letters);
    },
  });
}
