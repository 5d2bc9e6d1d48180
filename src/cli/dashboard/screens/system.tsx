import { Box } from 'ink';
import { type BreakerChange, listBreakerChanges } from '../../../readmodel/list-breaker-changes.ts';
import { clock, span, won } from '../../show.ts';
import { fitPieces, type Piece } from '../fit.ts';
import { Line } from '../line.tsx';
import type { Content, Screen } from '../screen.ts';
import type { Vitals } from '../source.ts';
import type { Words } from '../words.ts';

type System = Content & { vitals: Vitals; breaker: readonly BreakerChange[] };

/** Whether everything works: actors, queues, breaker, broker, read model, and what went wrong lately. */
export const system: Screen<System> = {
  title: ({ screens }) => screens.system,
  scrolls: true,
  read: (source, _view, rows) => {
    const breaker = source.ask((db) => listBreakerChanges(db, 5));
    const vitals = source.vitals();
    return { vitals, breaker, ids: Array.from({ length: rows }, () => '') };
  },
  keys: [],
  Body: ({ content, view, words, width, height }) => {
    const lines = linesOf(content, words);
    const first = Math.min(view.index, Math.max(0, lines.length - height));
    return (
      <Box flexDirection="column">
        {lines.slice(first, first + height).map((pieces, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
          <Line key={i} pieces={fitPieces([{ text: ' ' }, ...pieces], width)} />
        ))}
      </Box>
    );
  },
};

function linesOf({ vitals, breaker }: System, { system: words, head }: Words): Piece[][] {
  const { link, behind, log, broker } = vitals;
  return [
    [
      { text: `${words.broker}      ${broker}  ` },
      { text: head.link[link.state], color: link.state === 'up' ? 'green' : 'red' },
      { text: `  ${words.since} ${clock(link.since).slice(0, 8)}${link.reason ? `: ${link.reason}` : ''}`, dim: true },
    ],
    [
      {
        text: `${words.readModel}  ${behind.entries === 0 ? words.upToDate : words.entriesBehind(won(behind.entries), span(behind.ms))}`,
      },
    ],
    [{ text: ' ' }],
    [{ text: words.breaker, bold: true }],
    ...(breaker.length === 0
      ? [[{ text: words.neverOpened, dim: true }]]
      : breaker.map(({ at, state, reason }) => [{ text: `${clock(at)}  ${state}  ${reason}` }])),
    [{ text: ' ' }],
    [{ text: words.lately, bold: true }],
    ...(log.length === 0
      ? [[{ text: words.nothing, dim: true }]]
      : log.map(({ at, text }) => [{ text: `${clock(at)}  `, dim: true }, { text }])),
  ];
}
