import { Box } from 'ink';
import { type BreakerState, kakaotalk, paymentProvider } from '../../partners/breaker.ts';
import { cellsOf } from '../cells.ts';
import { clock, cut, span, won } from '../show.ts';
import { keysNow } from './common-keys.ts';
import type { Words } from './english.ts';
import { ends, fitPieces, keysIn, type Piece, rule, tail, whole, wrap } from './fit.ts';
import { Line } from './line.tsx';
import type { Shown } from './shown.ts';
import type { Vitals } from './source.ts';
import { sparkline } from './sparkline.ts';
import { shownOf } from './state.ts';

/** Where we are, how it is connected, how far behind, what time it is. */
export function Head({ shown }: { readonly shown: Shown }) {
  const { state, words, screen, vitals, readOnly, size, now } = shown;
  const titles = state.views.map((view) =>
    view.id === shownOf(state).id ? screen.title(words, view) : words.screens[view.screen],
  );
  const left: Piece[] = [
    { text: ' baedal', bold: true, color: 'cyan' },
    { text: ` ▸ ${titles.join(' ▸ ')} `, bold: true },
  ];
  const right: Piece[] = [
    { text: `${vitals.broker}  `, dim: true },
    ...(readOnly ? [{ text: `${words.head.readOnly}  `, color: 'yellow' as const }] : []),
    ...actorPieces(shown),
    behindPiece(shown),
    ...(state.frozen ? [{ text: ` ${words.head.frozen} `, inverse: true }, { text: ' ' }] : []),
    ...(vitals.link.state === 'up'
      ? []
      : [{ text: ` ${words.head.link[vitals.link.state]} `, color: 'red' as const, inverse: true }, { text: ' ' }]),
    { text: `${clock(now).slice(0, 8)} ` },
  ];
  return <Line pieces={ends(left, right, size.columns)} />;
}

/** How many actors work; those that do not by name, since nothing is more wrong. */
function actorPieces({ vitals: { health }, words: { head, system } }: Shown): Piece[] {
  if (!health) return [];
  const down = health.actors.filter(({ up }) => !up);
  const all = health.actors.length;
  if (down.length === all) return [{ text: ` ${head.nobodyWorks} `, color: 'red', inverse: true }, { text: ' ' }];
  if (down.length === 0) return [{ text: `${all}/${all} ${head.actors}  `, dim: true }];
  const names = down.map(({ actor }) => actor).join(', ');
  return [{ text: ` ${names} ${system.down} `, color: 'red', inverse: true }, { text: ' ' }];
}

function behindPiece({ vitals, words, failure }: Shown): Piece {
  if (vitals.link.state === 'down' || failure !== undefined) return { text: '' }; // nobody can tell
  const { entries, ms } = vitals.behind;
  const text = entries === 0 ? words.head.live : `${span(ms)} ${words.head.behind}`;
  return { text: `${text}  `, ...(ms > 2_000 ? { color: 'yellow' as const } : { dim: true }) };
}

/** What is wrong first, then how much is in flight, then what came of the rest. */
export function Counts({ shown }: { readonly shown: Shown }) {
  const { overview, words, size, vitals } = shown;
  if (!overview) return <Line pieces={fitPieces([{ text: ' ' }], size.columns)} />;
  const { head } = words;
  const { counts } = overview;
  const payment = breakerOf(vitals, paymentProvider);
  const messages = breakerOf(vitals, kakaotalk) ?? 'closed';
  const wrong = (text: string): Piece[] => [{ text: ` ${text} `, color: 'red', inverse: true }, { text: '  ' }];
  const count = (text: string, n: number, more: Partial<Piece> = {}): Piece[] => [
    { text: `${text} ` },
    { text: `${won(n)}   `, ...more },
  ];
  const groups = [
    [{ text: ' ' }],
    ...(payment === undefined || payment === 'closed' ? [] : [wrong(`${head.payment} ${payment}`)]),
    ...(messages === 'closed' ? [] : [wrong(`KakaoTalk ${messages}`)]),
    ...(vitals.deadLetters === 0 ? [] : [wrong(`${head.dead} ${won(vitals.deadLetters)}`)]),
    count(head.inFlight, overview.inFlight, { bold: true }),
    [
      { text: `${head.placedPerMinute} ` },
      { text: won(overview.placedPerMinute), bold: true },
      { text: ` ${sparkline(overview.placed)}   `, color: 'cyan' as const },
    ],
    count(head.delivered, counts.delivered ?? 0, { color: 'green' }),
    count(head.refused, counts.refused ?? 0),
    count(head.rejected, counts.rejected ?? 0),
    ...(payment === 'closed' ? [[{ text: `${head.payment} ` }, { text: '●', color: 'green' as const }]] : []),
  ];
  return <Line pieces={whole(groups, size.columns)} />;
}

/** How the breaker of a partner is, by what the processes tell now; undefined where nobody tells. */
const breakerOf = ({ health }: Vitals, partner: string): BreakerState | undefined =>
  health?.breakers.find((one) => one.partner === partner)?.state;

export const Rule = ({ width }: { readonly width: number }) => <Line pieces={rule(width)} />;

/** Lines that what somebody is told may take. */
const mostTold = 4;

/** What somebody is told or asked, or which filter is on: a line, or as many as what is told needs. */
export function footOf({ state, words, size }: Shown): Piece[][] {
  const { prompt, notice } = state;
  const view = shownOf(state);
  if (prompt?.kind === 'text') return [asking(prompt, words, size.columns)];
  if (prompt) return [[{ text: ` ${prompt.question} `, bold: true, color: 'yellow' }, { text: words.ask.yesNo }]];
  if (notice) {
    const color = ({ good: 'green', bad: 'red', plain: 'cyan' } as const)[notice.tone];
    const lines = wrap(notice.text, size.columns - 2).slice(0, mostTold);
    return lines.map((text) => [{ text: ` ${text}`, color }]);
  }
  const on = [view.faultsOnly && `! ${words.keys.faults}`, view.filter && `/${view.filter}`].filter(Boolean);
  return on.length > 0 ? [[{ text: ` ${on.join('   ')}`, color: 'yellow' }]] : [[{ text: ' ' }]];
}

export const Foot = ({ lines, width }: { readonly lines: readonly Piece[][]; readonly width: number }) =>
  lines.map((pieces, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
    <Line key={i} pieces={fitPieces(pieces, width)} />
  ));

/** Cells that there are at least to type in, however long the question is. */
const typing = 24;

/** A question, and the answer so far: of a long one the end, where somebody types. */
function asking({ label, value }: { label: string; value: string }, { ask }: Words, cells: number): Piece[] {
  const answer = tail(value, Math.floor(cells / 2));
  const question = cut(label, cells - Math.max(typing, cellsOf(answer) + 1) - 3);
  return [
    { text: ` ${question}${question.endsWith('?') ? ' ' : ': '}`, bold: true, color: 'cyan' },
    { text: answer },
    { text: ' ', inverse: true },
    { text: `   ${ask.enter}`, dim: true },
  ];
}

/** The keys that work now, the screen's own first. */
export const Keys = ({ shown }: { readonly shown: Shown }) => (
  <Line pieces={keysIn(signsNow(shown), shown.size.columns)} />
);

/** Every key that works now, each with what it does. Keys that do the same are shown once. */
function signsNow(shown: Shown): [sign: string, label: string][] {
  const byLabel = new Map<string, string>();
  for (const { key, sign, hidden, label } of keysNow(shown)) {
    const said = label(shown.words);
    if (!hidden && !byLabel.has(said)) byLabel.set(said, sign ?? signs[key] ?? key);
  }
  return [...byLabel].map(([label, sign]) => [sign, label]);
}

const signs: Record<string, string> = { enter: '⏎', escape: 'Esc', space: 'Space', up: '↑↓' };

/** All keys, one a line. */
export function Help({ shown, height }: { readonly shown: Shown; readonly height: number }) {
  const { words, size } = shown;
  const line = (sign: string, label: string): Piece[] => [
    { text: `   ${sign.padEnd(8)}`, bold: true },
    { text: label },
  ];
  return (
    <Box flexDirection="column">
      <Line pieces={fitPieces([{ text: ` ${words.help.title}`, bold: true }], size.columns)} />
      {signsNow(shown)
        .slice(0, height - 2)
        .map(([sign, label]) => (
          <Line key={label} pieces={fitPieces(line(sign, label), size.columns)} />
        ))}
      <Line pieces={fitPieces([{ text: ` ${words.help.any}`, dim: true }], size.columns)} />
    </Box>
  );
}
