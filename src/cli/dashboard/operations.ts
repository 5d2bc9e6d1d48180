import type { Commands, Messages } from '../../actors/messages.ts';

/** How many dead letters it was done to, and why not to the others. */
type Settled = { done: number; refused: readonly string[] };

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
  /** What would become of a dead letter's message if it were redriven now, in a phrase. */
  dryRun(letterId: string): Promise<{ type: string | null; phrase: string }>;
  redrive(letterIds: readonly string[]): Promise<Settled>;
  discard(letterIds: readonly string[], reason: string): Promise<Settled>;
  newOrderId(): string;
  /** Epoch milliseconds. */
  now(): number;
};
