import { type BreakerChange, listBreakerChanges } from '../../../readmodel/list-breaker-changes.ts';
import { type Position, positionOf } from '../../../readmodel/position.ts';
import type { ActorHealth, ProcessHealth } from '../../heard.ts';
import { clock, span, won } from '../../show.ts';
import type { Words } from '../english.ts';
import { type Column, fit, headOf, layOut, type Piece, rowOf } from '../fit.ts';
import type { Screen } from '../screen.ts';
import { hanging, Scroll, type Scrolled, scrolled } from '../scroll.tsx';
import type { Vitals } from '../source.ts';
import { sparkline } from '../sparkline.ts';
import { wordsOf } from '../words.ts';

type Found = { vitals: Vitals; breaker: readonly BreakerChange[]; position: Position };

/** Whether everything works: actors, queues, broker, read model, breaker, processes, and what went wrong lately. */
export const system: Screen<Scrolled> = {
  title: ({ screens }) => screens.system,
  scrolls: true,
  copies: () => undefined,
  read: (source, _view, { rows, columns, lang }) => {
    const { breaker, position } = source.ask((db) => ({
      breaker: listBreakerChanges(db, 5).reverse(),
      position: positionOf(db),
    }));
    const found = { vitals: source.vitals(), breaker, position };
    const words = wordsOf(lang);
    return scrolled([...actorLines(found, words, columns - 2), ...otherLines(found, words, columns - 2)], rows);
  },
  keys: [],
  Body: Scroll,
};

function actorLines({ vitals }: Found, words: Words, cells: number): Piece[][] {
  const { health, depths } = vitals;
  if (!health) return [[{ text: '…', dim: true }], [{ text: ' ' }]];
  const waiting = (actor: string) =>
    depths.filter((queue) => queue.actor === actor).reduce((sum, queue) => sum + queue.waiting, 0);
  const laid = layOut(actorColumns(words, waiting), cells);
  return [headOf(laid), ...health.actors.map((row) => rowOf(laid, row)), [{ text: ' ' }]];
}

function actorColumns({ columns, system }: Words, waiting: (actor: string) => number): Column<ActorHealth>[] {
  const number = (title: string, width: number, of: (actor: ActorHealth) => string): Column<ActorHealth> => ({
    title,
    width,
    right: true,
    cell: (actor) => ({ text: actor.up ? of(actor) : '-' }),
  });
  return [
    { title: columns.actor, width: 9, cell: ({ actor }) => ({ text: actor, bold: true }) },
    {
      title: columns.state,
      width: 7,
      cell: ({ up }) => (up ? { text: `● ${system.up}`, color: 'green' } : { text: `✗ ${system.down}`, color: 'red' }),
    },
    number(columns.perSecond, 7, ({ handledPerS }) => handledPerS.toFixed(0)),
    {
      title: columns.lately,
      width: 12,
      from: 92,
      grow: 1,
      cell: ({ history }) => ({ text: sparkline(history.slice(-30)), color: 'cyan' }),
    },
    {
      title: columns.queue,
      width: 7,
      right: true,
      cell: ({ actor }) => ({ text: won(waiting(actor)), ...(waiting(actor) > 1_000 && { color: 'yellow' as const }) }),
    },
    number(columns.inHand, 7, ({ inHand }) => won(inHand)),
    number(columns.retries, 7, ({ retried }) => won(retried)),
    number(columns.buried, 5, ({ buried }) => won(buried)),
    number('P50', 7, ({ latencyMs }) => (latencyMs ? span(latencyMs.p50) : '-')),
    number('P99', 7, ({ latencyMs }) => (latencyMs ? span(latencyMs.p99) : '-')),
  ];
}

function otherLines({ vitals, breaker, position }: Found, words: Words, cells: number): Piece[][] {
  const { link, behind, log, broker, health } = vitals;
  const { system, head } = words;
  const lag = health?.readModel?.lagMs;
  const late =
    link.state === 'down'
      ? system.asOf(clock(link.since).slice(0, 8))
      : behind.entries === 0
        ? system.upToDate
        : system.entriesBehind(won(behind.entries), span(behind.ms));
  return [
    fact(system.broker, [
      { text: `${broker}  ` },
      { text: head.link[link.state], color: link.state === 'up' ? 'green' : 'red' },
      { text: `  ${clock(link.since).slice(0, 8)}${link.reason ? `  ${link.reason}` : ''}`, dim: true },
    ]),
    fact(system.readModel, [
      { text: late, ...(behind.ms > 2_000 && { color: 'yellow' as const }) },
      { text: lag ? `  p50 ${span(lag.p50)}  p99 ${span(lag.p99)}` : '', dim: true },
    ]),
    ...position.gaps.map(({ from, to }) => fact('', [{ text: system.gap(from, to - 1), color: 'red' }])),
    ...section(
      system.breaker,
      breaker.flatMap(({ at, state, reason }) =>
        hanging(
          [
            { text: `${clock(at)}  `, dim: true },
            { text: state.padEnd(11), color: state === 'closed' ? 'green' : 'red' },
          ],
          { text: reason },
          25,
          14,
          cells,
        ),
      ),
      system.neverOpened,
    ),
    ...(health
      ? section(
          system.processes,
          health.processes.map((one) => processLine(one, words)),
          system.nothing,
        )
      : []),
    ...section(
      system.lately,
      log.flatMap(({ at, text }) => hanging([{ text: `${clock(at)}  `, dim: true }], { text }, 14, 14, cells)),
      system.nothing,
    ),
  ];
}

const fact = (name: string, pieces: Piece[]): Piece[] => [{ text: fit(name, 12), bold: true }, ...pieces];

const section = (title: string, lines: Piece[][], none: string): Piece[][] => [
  [{ text: ' ' }],
  [{ text: title, bold: true }],
  ...(lines.length === 0 ? [[{ text: none, dim: true }]] : lines),
];

function processLine({ host, pid, up, memoryBytes, actors }: ProcessHealth, { system }: Words): Piece[] {
  return [
    { text: up ? '● ' : '✗ ', color: up ? 'green' : 'red' },
    { text: `${host}:${pid}  ` },
    { text: `${Math.round(memoryBytes / 2 ** 20)} MB  `, dim: true },
    up
      ? { text: actors.join(', ') || system.watches, dim: actors.length === 0 }
      : { text: system.missing, color: 'red' },
  ];
}
