import type { DeadLetter } from '../broker.ts';

/** Dead letter -> bytes. */
export const letterOf = (letter: DeadLetter): Buffer => Buffer.from(JSON.stringify(letter));

/** Bytes -> dead letter. Bytes that are none come as a letter about themselves: they must not stop those behind them. */
export function letterIn(body: Buffer): DeadLetter {
  try {
    return JSON.parse(body.toString()) as DeadLetter;
  } catch {
    return { queue: '', reason: 'This dead letter itself cannot be read.', attempts: 0, at: 0, body: body.toString() };
  }
}
