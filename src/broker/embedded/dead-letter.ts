import type { DeadLetter } from '../broker.ts';
import type { Body } from '../codec.ts';

/** Dead letter -> what is stored. */
export const letterOf = (letter: DeadLetter): string => JSON.stringify(letter);

/** What is stored -> dead letter. What is none comes as a letter about itself: it must not stop those behind it. */
export function letterIn(body: Body): DeadLetter {
  const text = body.toString();
  try {
    const { queue, reason, attempts, at, body } = JSON.parse(text) as DeadLetter;
    if ([queue, reason, body].every((part) => typeof part === 'string'))
      return { queue, reason, attempts: Number(attempts), at: Number(at), body };
  } catch {
    // shown as it is
  }
  return { queue: '', reason: 'This dead letter itself cannot be read.', attempts: 0, at: 0, body: text };
}
