import type { Mark, Progress } from '../../../simulation/report.ts';
import { sum } from '../../../simulation/tally.ts';
import { clean, ends, fit, type Piece } from '../../dashboard/fit.ts';
import { cut, won } from '../../show.ts';
import { elapsed, seconds } from '../elapsed.ts';
import { faultSpans } from './fault-spans.ts';
import { flow, nameCells } from './flow.ts';
import type { Watched } from './watched.ts';

type Phase = Progress['phases'][number];

/** Where a script ends by the clock; undefined where it ends with its last order. */
function plannedEndS({ phases }: Progress): number | undefined {
  const ends = phases.map(({ toS }) => toS);
  return ends.length === 0 || ends.includes(undefined) ? undefined : Math.max(...(ends as number[]));
}

/** What the whole width stands for, seconds: to the end as planned. Where that is open there is always a fifth still to come. */
function horizonS(progress: Progress): number {
  const { phases, ahead, elapsedS } = progress;
  const known = Math.max(1, ...phases.map(({ fromS, toS = fromS }) => toS), ...ahead.map(({ atS }) => atS));
  return plannedEndS(progress) === undefined ? Math.max(known, elapsedS, 8) * 1.25 : known;
}

/** What it is at, and how far it has come. */
export function stageLine({ progress, words, size }: Watched): Piece[] {
  const { stage, phases, elapsedS } = progress;
  const isNow = ({ name, fromS }: Phase) => stage.kind === 'phase' && name === stage.name && fromS <= elapsedS;
  const index = phases.findLastIndex(isNow); // a name may come again
  const endS = plannedEndS(progress);
  const part = endS === undefined ? undefined : Math.min(1, elapsedS / endS);
  const name = stage.kind === 'phase' ? stage.name : words.stages[stage.kind];
  return ends(
    [
      { text: ` ${name}`, bold: true },
      { text: index < 0 ? '' : `  ${words.phase(index + 1, phases.length)}`, dim: true },
    ],
    [
      { text: elapsed(elapsedS), bold: true },
      { text: ` / ${endS === undefined ? words.openEnd : elapsed(endS)} ` },
      ...(part === undefined ? [] : [{ text: `${String(Math.floor(part * 100)).padStart(4)} % `, bold: true }]),
    ],
    size.columns,
  );
}

const signs: Record<Mark['kind'], string> = { phase: '▸', fault: '▼', cure: '▲' };
const colors: Record<Mark['kind'], Piece['color']> = { phase: 'cyan', fault: 'red', cure: 'green' };

/** A mark as its sign. */
export const signOf = ({ kind }: Mark): Piece => ({ text: signs[kind], color: colors[kind] });

/** The whole script from end to end: what is behind us is full, and red where a fault was on; faults and cures are where they are made. */
export function barLine({ progress, size }: Watched): Piece[] {
  const cells = size.columns - 2;
  const horizon = horizonS(progress);
  const cellOf = (atS: number) => Math.min(cells - 1, Math.floor((atS / horizon) * cells));
  const all = [...progress.marks, ...progress.ahead].filter(({ kind }) => kind !== 'phase');
  const spans = faultSpans(all);
  const done = Math.min(cells, (progress.elapsedS / horizon) * cells);
  const pieces = Array.from({ length: cells }, (_, cell): Piece => {
    const here = all.filter(({ atS }) => cellOf(atS) === cell);
    const past = cell + 0.5 <= done;
    const faulty = spans.some(({ fromS, toS = horizon }) => cellOf(fromS) <= cell && cell <= cellOf(toS));
    const kinds = new Set(here.map(({ kind }) => kind));
    if (kinds.size > 1) return { text: '◆', color: 'yellow', inverse: past };
    if (here[0]) return { ...signOf(here[0]), inverse: past };
    if (past) return { text: '█', color: faulty ? 'red' : 'cyan' };
    return { text: faulty ? '▒' : '░', ...(faulty ? { color: 'red' as const } : { dim: true }) };
  });
  return [{ text: ' ' }, ...pieces];
}

/** Cells of a phase below which only its beginning is shown. */
const leastNameCells = 6;

/** The phases by name, each below where it begins; the one that it is at stands out. */
export function namesLine({ progress, size }: Watched): Piece[] {
  const cells = size.columns - 2;
  const horizon = horizonS(progress);
  const starts = progress.phases.map(({ fromS }) => Math.min(cells, Math.floor((fromS / horizon) * cells)));
  const pieces = progress.phases.map(({ name, fromS, toS = Number.POSITIVE_INFINITY }, i): Piece => {
    const now = fromS <= progress.elapsedS && progress.elapsedS < toS;
    const width = (starts[i + 1] ?? cells) - starts[i]!;
    // Less of a name says nothing.
    const text = width < leastNameCells ? fit('└', width) : `${fit(`└${name}`, width - 1)} `;
    return { text: width < 1 ? '' : text, bold: now, dim: !now };
  });
  return [{ text: ' '.repeat(1 + (starts[0] ?? 0)) }, ...pieces];
}

/** All that is still to come, the first first: faults, cures, phases, and the last customer. */
export function toCome({ progress, words }: Watched): { atS: number; sign: Piece; text: string }[] {
  const { phases, ahead, elapsedS } = progress;
  const endS = plannedEndS(progress);
  const coming: Mark[] = [
    ...ahead.filter(({ kind }) => kind !== 'phase'),
    ...phases.map(({ name, fromS }): Mark => ({ atS: fromS, kind: 'phase', text: name })),
  ];
  return [
    ...coming.map((mark) => ({ atS: mark.atS, sign: signOf(mark), text: mark.text })),
    ...(endS === undefined ? [] : [{ atS: endS, sign: { text: '■' }, text: words.next.lastCustomer }]),
  ]
    .filter(({ atS }) => atS > elapsedS)
    .sort((a, b) => a.atS - b.atS);
}

/** Room for when something comes. */
const whenCells = 20;

/** What comes next, and in how many seconds. */
export function nextLine(watched: Watched): Piece[] {
  const { progress, words, size } = watched;
  const { elapsedS, inFlight, stage } = progress;
  const left = sum(inFlight);
  const coming = toCome(watched);
  const most = size.columns - nameCells - whenCells;
  const groups: Piece[][] =
    coming.length > 0
      ? coming.map(({ atS, sign, text }, i) => [
          { ...sign, text: `${sign.text} ` },
          { text: cut(clean(text), most), bold: i === 0 },
          { text: ` ${words.next.in(seconds(Math.ceil(atS - elapsedS)))}` },
        ])
      : [
          [
            {
              text: stage.kind === 'draining' && left > 0 ? words.next.underWay(won(left)) : words.next.nothing,
              dim: true,
            },
          ],
        ];
  return flow(words.next.title, groups, size.columns, 1)[0]!;
}
