import { sum } from '../../../simulation/tally.ts';
import { clean, ends, type Piece, whole, widthOf } from '../../dashboard/fit.ts';
import { cut, won } from '../../show.ts';
import { seconds } from '../elapsed.ts';
import { faultSpans } from './fault-spans.ts';
import type { Watched } from './watched.ts';

/** Cells below which nothing is said of what it is about: it would be cut to nothing. */
const worthReading = 16;

/** What runs, and on what. */
export function headLine({ progress: { script, about, broker, seed }, words, frozen, size }: Watched): Piece[] {
  const right: Piece[] = [
    { text: `${cut(clean(broker), Math.floor(size.columns / 3))}  `, dim: true },
    { text: `${words.seed(seed)} `, dim: true },
    ...(frozen ? [{ text: ` ${words.frozen} `, inverse: true }, { text: ' ' }] : []),
  ];
  const room = size.columns - widthOf(right) - 1;
  const left: Piece[] = [
    { text: ' baedal', bold: true, color: 'cyan' },
    { text: cut(` ▸ ${words.simulation} ▸ ${clean(script)}`, room - 7), bold: true },
  ];
  const rest = room - widthOf(left) - 2;
  const aboutPiece: Piece = { text: rest < worthReading ? '' : `  ${cut(clean(about), rest)}`, dim: true };
  return ends([...left, aboutPiece], right, size.columns);
}

/** Whether anything is wrong: what nobody answered, an open breaker, the faults that are on; and how much was said. */
export function alertLine({ progress, words: { alerts }, size }: Watched): Piece[] {
  const { totals, breaker, marks, said, elapsedS } = progress;
  const unanswered = sum(totals.unanswered);
  const alert = (text: string, color: Piece['color']): Piece[] => [
    { text: ` ${text} `, color, inverse: true },
    { text: '  ' },
  ];
  const faults = faultSpans(marks).filter(({ toS }) => toS === undefined);
  const room = Math.floor(size.columns / 2);
  const groups = [
    ...(unanswered > 0 ? [alert(`✗ ${alerts.unanswered(won(unanswered))}`, 'red')] : []),
    ...(breaker === 'closed'
      ? []
      : [alert(`${breaker === 'open' ? '✗' : '◐'} ${alerts.breaker[breaker]}`, breaker === 'open' ? 'red' : 'yellow')]),
    ...faults.map(({ text, fromS }) =>
      alert(`▼ ${cut(clean(text), room)} · ${seconds(Math.max(0, Math.floor(elapsedS - fromS)))}`, 'yellow'),
    ),
  ];
  const fine: Piece[] = [{ text: alerts.fine, color: 'green' }, { text: '   ' }];
  const heard: Piece[] = said.length > 0 ? [{ text: alerts.said(won(said.length)), color: 'yellow' }] : [];
  return whole([[{ text: ' ' }], ...(groups.length > 0 ? groups : [fine]), heard], size.columns);
}
