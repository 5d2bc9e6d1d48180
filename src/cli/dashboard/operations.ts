import type { Commands, Messages } from '../../actors/messages.ts';
import type { DeadLetterView } from '../../readmodel/list-dead-letters.ts';

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
  dryRun(letter: DeadLetterView): Promise<string>;
  /** @returns how many were redriven, and why the others were not */
  redrive(letters: readonly DeadLetterView[]): Promise<{ redriven: number; refused: readonly string[] }>;
  discard(letters: readonly DeadLetterView[], reason: string): Promise<void>;
  newOrderId(): string;
  /** Epoch milliseconds. */
  now(): number;
};
