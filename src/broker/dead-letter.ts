import type { DeadLetter, Failures } from './broker.ts';
import type { Undecodable } from './errors.ts';

/** Dead letter -> what is stored and sent. */
export const textOf = (letter: DeadLetter): string => JSON.stringify(letter);

/** A letter about what came in a queue and is no message of ours. */
export const letterAbout = (
  { problem, text }: { problem: Undecodable; text: string },
  { attempt, failingSince }: Failures,
  { queue, at }: { queue: string; at: number },
): DeadLetter => ({
  queue,
  reason: problem.message,
  attempts: attempt,
  firstAt: failingSince ?? at,
  at,
  body: text,
});

/** What was stored or sent -> dead letter; undefined where it is none. */
export function letterIn(text: string): DeadLetter | undefined {
  try {
    const { queue, reason, cause, attempts, firstAt, at, body } = JSON.parse(text) as DeadLetter;
    if (![queue, reason, body].every((part) => typeof part === 'string')) return undefined;
    return {
      queue,
      reason,
      ...(typeof cause === 'string' && { cause }),
      attempts: Number(attempts),
      ...(typeof firstAt === 'number' && { firstAt }),
      at: Number(at),
      body,
    };
  } catch {
    return undefined; // shown as it is
  }
}
