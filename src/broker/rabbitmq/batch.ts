import type { ConfirmChannel, Options } from 'amqplib';
import { PublishRefused } from '../errors.ts';

/** One message as AMQP sees it. */
export type Publication = { exchange: string; routingKey: string; content: Buffer; options: Options.Publish };

/** These came back: no queue took them. The others of the call are stored. */
export class Returned extends Error {
  constructor(readonly publications: Publication[]) {
    super(`${publications.length} messages were returned`);
  }
}

/** What one call publishes, and how far it has got. */
export type Batch = {
  publications: readonly Publication[];
  /**
   * What it was written to last. Only where a no was doubted in the middle of it is that another one than at first, and then all that was
   * written to the one before has landed; a loss fails it.
   */
  channel?: ConfirmChannel;
  /** How many were written to the channel. */
  written: number;
  /** How many of them are not confirmed yet. */
  unconfirmed: number;
  returned: Publication[];
  refused: boolean;
  resolve(): void;
  reject(cause: unknown): void;
  /** Runs while the link is down or blocked. */
  timer?: NodeJS.Timeout;
};

/** A batch of which nothing is written yet. Settling it settles the call. */
export const batchOf = (
  publications: readonly Publication[],
  resolve: () => void,
  reject: (cause: unknown) => void,
): Batch => ({
  publications,
  written: 0,
  unconfirmed: publications.length,
  returned: [],
  refused: false,
  resolve,
  reject,
});

/** Why a batch that is confirmed to the last failed; undefined: all of it is stored. */
export function failureOf({ refused, returned }: Batch): PublishRefused | Returned | undefined {
  if (refused) return new PublishRefused('a queue is full');
  return returned.length > 0 ? new Returned(returned) : undefined;
}
