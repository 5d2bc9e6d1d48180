import type { Commands, Messages } from '../../actors/messages.ts';

type Placed = { orderId: string; status: string; totalWon?: number };

/**
 * What the dashboard can do to the world. Each of these throws a `Refused` where a rule says no.
 * The commands of the terminal do the same things in the same way.
 */
export type Operations = {
  /** Makes a request of an actor. @returns the status that came of it */
  act<T extends keyof Commands>(type: T, data: Commands[T]): Promise<string>;
  /** Orders and pays. The answer comes once the payment is decided. */
  place(order: Omit<Messages['PlaceOrder'], 'answerBy'>): Promise<Placed>;
  newOrderId(): string;
  /** Epoch milliseconds. */
  now(): number;
};
