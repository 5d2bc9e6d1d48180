import type { DeadLetterState, DeadLetterView } from '../readmodel/list-dead-letters.ts';
import type { DryRun } from './dead-letter-work.ts';
import { harmless } from './harmless.ts';
import { print } from './print.ts';
import { cut, span, table } from './show.ts';

const glyphs: Record<DeadLetterState, string> = { dead: '✗', redriven: '↻', discarded: '⊘' };

/** A state as glyph and word, so that it never depends on colour. */
export const shownState = (state: DeadLetterState): string => `${glyphs[state]} ${state}`;

/** As much of an id as people need. */
export const shortId = (letterId: string): string => letterId.slice(0, 8);

/** Dead letters, a line each. `now`: epoch milliseconds. */
export function printDeadLetters(letters: readonly DeadLetterView[], now: number): void {
  const rows = letters.map(({ letterId, at, actor, type, orderId, attempts, state, reason }) => [
    shortId(letterId),
    span(Math.max(0, now - at)),
    actor ?? '-',
    cut(inLine(type ?? '-'), 20),
    cut(inLine(orderId ?? '-'), 14),
    String(attempts),
    shownState(state),
    cut(inLine(reason), 60),
  ]);
  print(table(['LETTER', 'AGE', 'ACTOR', 'MESSAGE', 'ORDER', 'TRIES', 'STATE', 'WHY'], rows, [1, 5]));
}

/** One dead letter as a person reads it. */
export function printDeadLetter(letter: DeadLetterView): void {
  const { letterId, state, queue, messageId, type, orderId, reason, cause, attempts, firstAt, at } = letter;
  const { settledAt, discardReason, body } = letter;
  print(`${shownState(state)}  ${letterId}`);
  print(inLine(reason));
  print();
  const time = (ms: number) => new Date(ms).toISOString();
  const facts: [string, string | number | null][] = [
    ['queue', queue],
    ['message', type && `${type} ${messageId}`],
    ['order', orderId],
    ['cause', cause],
    ['tried', attempts],
    ['failed first', firstAt === null ? null : time(firstAt)],
    ['given up', time(at)],
    [state, settledAt && time(settledAt)],
    ['because', discardReason],
  ];
  for (const [name, value] of facts) if (value !== null) print(`${name.padEnd(12)} ${inLine(String(value))}`);
  print();
  print(harmless(laidOut(body)));
}

/** What a dry run found, in a phrase. */
export function phraseOf(run: DryRun): string {
  switch (run.outcome) {
    case 'would-apply': {
      const parts = [
        ...(run.sends.length > 0 ? [`sends ${run.sends.join(', ')}`] : []),
        ...(run.sets.length > 0 ? [`sets ${run.sets.join(', ')}`] : []),
        ...(run.asks ? [`asks for ${run.asks}${run.again ? ' again' : ''}`] : []),
      ];
      return `would apply: ${parts.join('; ') || 'changes the order, sends nothing'}`;
    }
    case 'would-be-ignored':
      return `would be ignored: ${run.reason}`;
    case 'would-fail-again':
      return `would fail again: ${inLine(run.reason)}`;
    case 'cannot-tell':
      return `cannot tell: ${run.reason}`;
    case 'cannot-be-redriven':
      return inLine(run.reason);
  }
}

/** On one line, whatever is in it. */
export const inLine = (text: string): string => harmless(text.replaceAll(/\s+/g, ' '));

/** JSON over several lines; what is none, as it is. */
export function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
