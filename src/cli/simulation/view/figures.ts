import type { Quantiles, Sample } from '../../../simulation/report.ts';
import { cellsOf } from '../../cells.ts';
import { age } from '../../dashboard/age.ts';
import { fit, type Piece } from '../../dashboard/fit.ts';
import { sparkline } from '../../dashboard/sparkline.ts';
import { span, won } from '../../show.ts';
import { highest, lastMinute, mean } from './last-minute.ts';
import type { Watched } from './watched.ts';

/** A figure: how it is now, how it was in the last minute, and what it comes to in all. */
type Figure = {
  name: string;
  now: string;
  all: string;
  color?: Piece['color'];
  /** Missing where there is no telling by the second. */
  of?: (sample: Sample) => number | null;
  come?: (values: readonly number[]) => number;
};

const gap = '  ';

/** How long something took, in six cells at most. */
const took = (ms: number): string => (ms < 60_000 ? span(ms) : age(ms));

/** How many orders a second, and how long placing takes. */
export function figureLines({ progress, words }: Watched, cells: number): Piece[][] {
  const { samples, totals, outcomes } = progress;
  const last = samples.at(-1);
  const { rates, columns, latency } = words;
  const rate = (name: string, of: (sample: Sample) => number, all: number, color?: Piece['color']): Figure => ({
    ...{ name, of, come: mean, color },
    now: last ? won(of(last)) : '-',
    all: won(all),
  });
  const time = (name: 'p50' | 'p90' | 'p99' | 'max'): Figure => ({
    name,
    now: name === 'p90' ? '' : last?.placedMs ? took(last.placedMs[name]) : '-',
    all: timeOf(totals.placedMs, name),
    color: 'cyan',
    ...(name !== 'p90' && {
      of: (sample: Sample) => sample.placedMs?.[name] ?? null,
      come: name === 'p50' ? mean : highest,
    }),
  });
  const turnedAway = totals.refused['busy'] ?? 0;
  const tables: [title: string, figures: Figure[]][] = [
    [
      rates.title,
      [
        rate(rates.offered, ({ offered }) => offered, totals.offered, 'cyan'),
        rate(rates.placed, ({ placed }) => placed, totals.placed, 'cyan'),
        rate(rates.turnedAway, (sample) => sample.turnedAway, turnedAway, 'yellow'),
        rate(rates.delivered, ({ delivered }) => delivered, outcomes.delivered ?? 0, 'green'),
      ],
    ],
    [latency.title, [time('p50'), time('p90'), time('p99'), time('max')]],
  ];
  const every = tables.flatMap(([, figures]) => figures);
  const widest = (texts: string[], least: number) => Math.max(least, ...texts.map(cellsOf));
  const nameCells = widest([...tables.map(([title]) => title), ...every.map(({ name }) => name)], 0);
  const nowCells = widest([columns.now, ...every.map(({ now }) => now)], 6);
  const allCells = widest([columns.all, ...every.map(({ all }) => all)], 9);
  const chartCells = Math.max(0, cells - nameCells - nowCells - allCells - 3 * gap.length);

  const row = (name: Piece, now: Piece, chart: Piece, all: Piece): Piece[] => [
    { ...name, text: fit(name.text, nameCells) + gap },
    { ...now, text: fit(now.text, nowCells, true) + gap },
    { ...chart, text: fit(chart.text, chartCells) + gap },
    { ...all, text: fit(all.text, allCells, true) },
  ];
  return tables.flatMap(([title, figures]) => [
    row(
      { text: title, dim: true },
      { text: columns.now, dim: true },
      { text: chartCells < cellsOf(columns.lastMinute) ? '' : columns.lastMinute, dim: true },
      { text: columns.all, dim: true },
    ),
    ...figures.map(({ name, now, all, color, of, come = mean }) =>
      row(
        { text: name },
        { text: now, bold: true },
        { text: of ? sparkline(lastMinute(samples, chartCells, of, come)) : '', color },
        { text: all },
      ),
    ),
  ]);
}

const timeOf = (quantiles: Quantiles | null, name: 'p50' | 'p90' | 'p99' | 'max'): string =>
  quantiles === null ? '-' : took(quantiles[name]);
