import { orderStatuses } from '../../../actors/messages.ts';
import type { BreakerState } from '../../../partners/breaker.ts';
import { sum } from '../../../simulation/tally.ts';
import { clean, type Piece } from '../../dashboard/fit.ts';
import { statusPiece } from '../../dashboard/tones.ts';
import { cut, won } from '../../show.ts';
import { flow } from './flow.ts';
import type { Watched } from './watched.ts';

/** A share as people say it; what is not all is never called 100 %. */
const percent = (share: number): string => `${(Math.floor(share * 1e4 + 1e-9) / 100).toFixed(share === 1 ? 0 : 2)} %`;

const breakers: Record<BreakerState, Piece> = {
  closed: { text: '●', color: 'green' },
  'half-open': { text: '◐', color: 'yellow' },
  open: { text: '✗', color: 'red' },
};

/** How it goes as a whole. */
export function factsLine({ progress, words: { facts }, size }: Watched): Piece[] {
  const { totals, breaker, messages } = progress;
  const { color, text: glyph } = breakers[breaker];
  const groups: Piece[][] = [
    [{ text: totals.offered === 0 ? '-' : percent(totals.availability), bold: true }],
    [{ text: `${facts.breaker} ` }, { text: `${glyph} ${facts.breakers[breaker]}`, color, bold: breaker !== 'closed' }],
    [{ text: `${facts.messages} ` }, { text: won(messages), bold: true }],
    ...(totals.deferred > 0
      ? [[{ text: `${facts.deferred} ` }, { text: won(totals.deferred), color: 'yellow' as const }]]
      : []),
  ];
  return flow(facts.availability, groups, size.columns, 1)[0]!;
}

/** What became of the orders that are over, the way they went best first; in at most `most` lines. */
export function outcomeLines({ progress: { outcomes }, words, lang, size }: Watched, most: number): Piece[][] {
  const groups = orderStatuses
    .filter((status) => (outcomes[status] ?? 0) > 0)
    .map((status) => [statusPiece(status, lang), { text: ` ${won(outcomes[status]!)}` }]);
  return flow(words.sections.outcomes, orNone(groups, words.none), size.columns, most);
}

/** Why orders were refused, the most frequent reason first; and below, where there are any, why orders were not answered. */
export function refusalLines({ progress: { totals }, words, size }: Watched, most: number): Piece[][] {
  const { refused, unanswered } = totals;
  return [
    ...flow(words.sections.refused, orNone(byReason(refused), words.none), size.columns, most),
    ...(sum(unanswered) > 0 ? flow(words.sections.unanswered, byReason(unanswered, 'red'), size.columns, most) : []),
  ];
}

/** Cells of a reason, at most. */
const reasonCells = 30;

const byReason = (counts: Record<string, number>, color?: Piece['color']): Piece[][] =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([code, count]) => [
      { text: `${cut(clean(code), reasonCells)} `, color },
      { text: won(count), bold: true },
    ]);

const orNone = (groups: Piece[][], none: string): Piece[][] =>
  groups.length > 0 ? groups : [[{ text: none, dim: true }]];
