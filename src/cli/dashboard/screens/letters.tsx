import { type DeadLetterHead, listDeadLetterHeads } from '../../../readmodel/list-dead-letters.ts';
import { inLine, shownState } from '../../print-dead-letters.ts';
import { clock } from '../../show.ts';
import type { Words } from '../english.ts';
import type { Column } from '../fit.ts';
import { discardKey, redriveKey, type WithLetters } from '../letter-keys.ts';
import { List } from '../list.tsx';
import { type Context, chosenOf, type Reaction, type Screen } from '../screen.ts';
import { moved } from '../state.ts';

/** Letters that are searched for words. */
const searched = 2_000;

const columnsOf = ({ columns }: Words): Column<DeadLetterHead>[] => [
  { title: columns.time, width: 8, cell: ({ at }) => ({ text: clock(at).slice(0, 8), dim: true }) },
  { title: columns.actor, width: 8, cell: ({ actor }) => ({ text: actor ?? '-', bold: true }) },
  { title: columns.type, width: 15, cell: ({ type }) => ({ text: type ?? '-' }) },
  { title: columns.order, width: 10, from: 90, cell: ({ orderId }) => ({ text: orderId ?? '-' }) },
  { title: columns.attempts, width: 5, right: true, cell: ({ attempts }) => ({ text: String(attempts) }) },
  {
    title: columns.state,
    width: 11,
    cell: ({ state }) => ({
      text: shownState(state),
      ...(state === 'dead' ? { color: 'red' as const } : { dim: true }),
    }),
  },
  { title: columns.reason, width: 19, grow: 1, cell: ({ reason }) => ({ text: inLine(reason) }) },
];

/** Messages that could not be handled: why, and what is to be done about them. */
export const letters: Screen<WithLetters> = {
  title: ({ screens }) => screens.letters,
  filters: true,
  read: (source, view, { rows }) => {
    const words = view.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const limit = words.length > 0 ? searched : rows + view.index + 1;
    const found = source
      .ask((db) => listDeadLetterHeads(db, { limit, ...(view.sort === 'waiting' && { state: 'dead' }) }))
      .filter(({ actor, type, orderId, reason, queue }) => {
        const text = `${actor} ${type} ${orderId} ${reason} ${queue}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
    return { letters: found, ids: found.map(({ letterId }) => letterId) };
  },
  keys: [
    {
      key: 'enter',
      label: (words) => words.keys.open,
      when: (context) => chosenOf(context) !== undefined,
      react: (context) => ({ kind: 'open', view: { screen: 'letter', letterId: chosenOf(context)! } }),
    },
    {
      key: 'space',
      label: (words) => words.keys.mark,
      when: (context) => chosenOf(context) !== undefined,
      react: marking,
    },
    redriveKey,
    discardKey,
    {
      key: 's',
      label: (words) => words.keys.everyState,
      react: ({ view }) => ({
        kind: 'change',
        viewId: view.id,
        to: { sort: view.sort === 'waiting' ? 'newest' : 'waiting', index: 0 },
      }),
    },
  ],
  Body: ({ content, view, words, width, height }) => (
    <List
      columns={columnsOf(words)}
      rows={content.letters}
      idOf={({ letterId }) => letterId}
      view={view}
      width={width}
      height={height}
      empty={view.filter ? words.empty.found : words.empty.letters}
    />
  ),
};

/** Marks the chosen one, or takes its mark away, and goes on to the next. */
function marking(context: Context<WithLetters>): Reaction {
  const { view, content } = context;
  const id = chosenOf(context)!;
  const marked = new Set(view.marked);
  if (!marked.delete(id)) marked.add(id);
  return {
    kind: 'several',
    reactions: [{ kind: 'change', viewId: view.id, to: { marked } }, moved(view, content.ids, 1)],
  };
}
