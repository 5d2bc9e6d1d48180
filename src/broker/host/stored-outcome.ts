import type { Envelope } from '../envelope.ts';
import type { Outcome } from './store.ts';

/** The row that an outcome is stored in: of the message that it came of, and when that was handled, epoch milliseconds. */
export type OutcomeRow = { id: string; at: number; outcome: string };

type Output = Pick<Envelope, 'id' | 'type' | 'data'> & Omit<Outcome['outputs'][number], 'envelope'>;
type Stored = { key?: string; outputs?: Output[]; answers?: Outcome['answers']; call?: Outcome['call'] };

/**
 * An outcome -> what is stored of it, JSON. All its outputs are of one order, and have their time and their cause from the row, so those are not
 * stored again and again: with them the actors' files were a quarter larger. Nor is what is empty.
 */
export function encodeOutcome({ outputs, answers, call }: Outcome): string {
  const stored: Stored = {};
  if (outputs.length > 0) {
    stored.key = outputs[0]!.envelope.key;
    stored.outputs = outputs.map(({ envelope: { id, type, data }, ...way }) => ({ id, type, data, ...way }));
  }
  if (answers.length > 0) stored.answers = answers;
  if (call) stored.call = call;
  return JSON.stringify(stored);
}

export function decodeOutcome({ id: cause, at, outcome }: OutcomeRow): Outcome {
  const { key, outputs = [], answers = [], call } = JSON.parse(outcome) as Stored;
  return {
    outputs: outputs.map((output) => {
      if ('envelope' in output) return output as unknown as Outcome['outputs'][number]; // as it was stored before
      const { id, type, data, ...way } = output;
      return { envelope: { id, type, key, at, data, cause } as Envelope, ...way };
    }),
    answers,
    ...(call && { call }),
  };
}
