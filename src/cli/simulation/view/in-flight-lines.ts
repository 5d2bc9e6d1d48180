import { type OrderStatus, orderStatuses } from '../../../actors/messages.ts';
import { sum } from '../../../simulation/tally.ts';
import { cellsOf } from '../../cells.ts';
import { fit, type Piece } from '../../dashboard/fit.ts';
import { sparkline } from '../../dashboard/sparkline.ts';
import { statusPiece } from '../../dashboard/tones.ts';
import { won } from '../../show.ts';
import { inFlight } from '../../statuses.ts';
import { bar } from './bar.ts';
import { highest, lastMinute } from './last-minute.ts';
import type { Watched } from './watched.ts';

/** Lines for statuses: as many as an order under way can have. */
const mostStatuses = inFlight.length;

/** Who waits, and the orders that are under way by what they are: those statuses that occurred in the last minute, so that nothing jumps. */
export function inFlightLines({ progress, words, lang }: Watched, cells: number): Piece[][] {
  const { samples, waiting } = progress;
  const known = [...inFlight, ...orderStatuses.filter((status) => !inFlight.includes(status))];
  const lately = [...samples.slice(-60).map((sample) => sample.inFlight), progress.inFlight];
  const rows = known
    .filter((status) => lately.some((one) => (one[status] ?? 0) > 0))
    .map((status) => ({ piece: statusPiece(status, lang), count: progress.inFlight[status] ?? 0 }))
    .slice(0, mostStatuses);
  const all = sum(progress.inFlight);

  const counts = [waiting, all, ...rows.map(({ count }) => count)].map(won);
  const countCells = Math.max(6, ...counts.map(cellsOf));
  const wordCells = Math.min(
    cells - countCells - 2,
    Math.max(...known.map((status: OrderStatus) => cellsOf(statusPiece(status, lang).text))),
  );
  const chartCells = Math.max(0, cells - wordCells - countCells - 2);
  const row = (word: Piece, chart: Piece, count: Piece): Piece[] => [
    { ...word, text: fit(word.text, wordCells) },
    { text: ' ' },
    { ...chart, text: fit(chart.text, chartCells) },
    { text: ' ' },
    { ...count, text: fit(count.text, countCells, true) },
  ];
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const minute = sparkline(lastMinute(samples, chartCells, (sample) => sample.waiting, highest));
  return [
    row({ text: words.inFlight.waiting }, { text: minute, color: 'cyan' }, { text: won(waiting), bold: true }),
    row({ text: words.inFlight.title, dim: true }, { text: '' }, { text: won(all), bold: true }),
    ...(rows.length === 0 ? [[{ text: words.inFlight.none, dim: true }]] : []),
    ...rows.map(({ piece, count }) =>
      row(piece, { text: bar(count, most, chartCells), color: piece.color }, { text: won(count) }),
    ),
  ];
}
