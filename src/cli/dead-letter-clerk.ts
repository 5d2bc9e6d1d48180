import type { Broker } from '../broker/broker.ts';
import { Outbox } from '../broker/host/outbox.ts';
import { buriedMessages } from './buried-messages.ts';

/**
 * Tells the journal of every dead letter, and takes it out of the broker once that is confirmed. One clerk among all processes gets
 * the letters. After a crash in between a letter comes again, and is told under the same id again.
 * @param onFailure told of each publish that failed; it is tried again
 * @returns how to stop: takes no more letters, and waits up to `graceMs` milliseconds for those in hand
 */
export async function startClerk(
  broker: Broker,
  onFailure: (error: unknown) => void,
): Promise<(graceMs: number) => Promise<void>> {
  const stopping = new AbortController();
  const outbox = new Outbox(broker, stopping.signal, onFailure);
  const inHand = new Set<Promise<void>>();
  const subscription = await broker.exhume((letter, ack) => {
    const told = outbox
      .publish(buriedMessages(letter, broker.topology).map((envelope) => ({ envelope })))
      .then(ack)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) onFailure(error); // it stays in the broker, and comes again at the next start
      })
      .finally(() => inHand.delete(told));
    inHand.add(told);
  });
  return async (graceMs) => {
    await subscription.stop();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      Promise.all(inHand),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      }),
    ]);
    clearTimeout(timer);
    stopping.abort();
  };
}
