import { priceOrder } from '../actors/menu.ts';
import type { Messages } from '../actors/messages.ts';
import type { Broker } from '../broker/broker.ts';
import { ask } from './client.ts';
import { Refused, TimedOut } from './exit-code.ts';
import { menuInUse } from './menu-in-use.ts';
import { now } from './open-broker.ts';
import type { Settings } from './settings.ts';

/** An order as a customer wants it. */
export type OrderContent = Omit<Messages['PlaceOrder'], 'answerBy'>;

/** How long we ask about an order that our own menu says cannot be taken, milliseconds. */
const doubtfulMs = 2_000;

/** Asks the order actor. It is the judge of its menu; only where it is away does the one we know of count. */
export async function placeOrder(settings: Settings, broker: Broker, content: OrderContent, withinMs: number) {
  const doubt = priceOrder(menuInUse(settings), content.storeId, content.lines);
  const waitMs = 'refusal' in doubt ? Math.min(withinMs, doubtfulMs) : withinMs;
  try {
    return await ask(broker, 'PlaceOrder', { ...content, answerBy: now() + waitMs }, waitMs);
  } catch (error) {
    if (error instanceof TimedOut && 'refusal' in doubt) throw new Refused(doubt.refusal.code, doubt.refusal.reason);
    throw error;
  }
}
