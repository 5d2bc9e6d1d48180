import { type Menu, priceOrder } from '../actors/menu.ts';
import type { Messages } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import { ask, type Done } from './ask.ts';
import { Refused, TimedOut } from './errors.ts';

/** An order as a customer wants it. */
export type OrderContent = Omit<Messages['PlaceOrder'], 'answerBy'>;

/** How long we ask about an order that our own menu says cannot be taken, milliseconds. */
const doubtfulMs = 2_000;

/**
 * Asks the order actor. It is the judge of its menu; only where it is away does the one we know of count.
 * @throws {Refused | TimedOut}
 */
export async function placeOrder(broker: Broker, menu: Menu, content: OrderContent, withinMs: number): Promise<Done> {
  const doubt = priceOrder(menu, content.storeId, content.lines);
  const waitMs = 'refusal' in doubt ? Math.min(withinMs, doubtfulMs) : withinMs;
  try {
    return await ask(broker, 'PlaceOrder', { ...content, answerBy: Date.now() + waitMs }, waitMs);
  } catch (error) {
    if (error instanceof TimedOut && 'refusal' in doubt) throw new Refused(doubt.refusal.code, doubt.refusal.reason);
    throw error;
  }
}
