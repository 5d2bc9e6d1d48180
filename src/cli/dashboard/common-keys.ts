import { emptyCart } from './cart.ts';
import { goTo } from './go-to.ts';
import { type Context, chosenOf, type Key, type Reaction, type View } from './screen.ts';
import { mainScreens } from './screen-name.ts';
import { mostRows, moved } from './state.ts';

const change = ({ view }: Context, to: Partial<View>): Reaction => ({ kind: 'change', viewId: view.id, to });

const move = (key: string, by: (page: number) => number, shown = false): Key => ({
  key,
  label: (words) => words.keys.move,
  hidden: !shown,
  when: ({ content }) => content.ids.length > 1,
  react: ({ view, content, screen, page }) => moved(view, content.ids, by(page), screen.scrolls),
});

/** A list is read as far as somebody goes, so its end is found when it is drawn. */
const toEnd = (key: string): Key => ({
  key,
  label: (words) => words.keys.move,
  hidden: true,
  react: (context) => change(context, { index: mostRows, chosen: undefined }),
});

/** The keys that work on every screen, unless it has a use of its own for one. */
export const commonKeys: readonly Key[] = [
  {
    key: 'escape',
    label: (words) => words.keys.back,
    when: ({ view, depth }) => view.filter !== '' || view.faultsOnly || depth > 1,
    react: (context) =>
      context.view.filter || context.view.faultsOnly
        ? change(context, { filter: '', faultsOnly: false, index: 0 })
        : { kind: 'back' },
  },
  {
    key: 'n',
    label: (words) => words.keys.newOrder,
    writes: true,
    when: ({ view }) => view.screen !== 'place',
    react: () => ({ kind: 'open', view: { screen: 'place', cart: emptyCart } }),
  },
  {
    key: '/',
    label: (words) => words.keys.filter,
    when: ({ screen }) => screen.filters === true,
    react: (context) => ({
      kind: 'prompt',
      prompt: {
        kind: 'text',
        label: context.words.ask.filter,
        value: context.view.filter,
        live: (filter) => change(context, { filter, index: 0, chosen: undefined }),
        onText: (filter) => change(context, { filter }),
      },
    }),
  },
  {
    key: '!',
    label: (words) => words.keys.faults,
    when: ({ screen }) => screen.faults === true,
    react: (context) => change(context, { faultsOnly: !context.view.faultsOnly, index: 0, chosen: undefined }),
  },
  move('up', () => -1, true),
  move('down', () => 1),
  move('k', () => -1),
  move('j', () => 1),
  move('pageup', (page) => -page),
  move('pagedown', (page) => page),
  move('home', () => Number.NEGATIVE_INFINITY),
  move('g', () => Number.NEGATIVE_INFINITY),
  toEnd('end'),
  toEnd('G'),
  { key: 'f', label: (words) => words.keys.freeze, react: () => ({ kind: 'freeze' }) },
  {
    key: 'y',
    label: (words) => words.keys.copy,
    when: (context) => idOf(context) !== undefined,
    react: (context) => ({ kind: 'copy', text: idOf(context)! }),
  },
  ...mainScreens.map(
    (screen, i): Key => ({
      key: String(i + 1),
      sign: `1-${mainScreens.length}`,
      label: (words) => words.keys.screens,
      hidden: i > 0,
      react: () => ({ kind: 'open', view: { screen } }),
    }),
  ),
  {
    key: ':',
    label: (words) => words.keys.goTo,
    react: ({ words, readOnly }) => ({
      kind: 'prompt',
      prompt: { kind: 'text', label: words.ask.goTo, value: '', onText: (text) => goTo(text, words, readOnly) },
    }),
  },
  { key: '?', label: (words) => words.keys.help, react: () => ({ kind: 'help' }) },
  { key: 'q', label: (words) => words.keys.quit, react: () => ({ kind: 'quit' }) },
];

const idOf = (context: Context): string | undefined =>
  context.screen.copies && context.failure === undefined
    ? context.screen.copies(context)
    : (context.view.orderId ?? context.view.letterId ?? chosenOf(context));

/** The keys that do something now, the screen's own first; in read-only mode without those that change anything. */
export function keysNow(context: Context): Key[] {
  const own = context.failure === undefined ? context.screen.keys.filter((key) => works(key, context)) : [];
  return [...own, ...commonKeys.filter((key) => works(key, context) && !own.some((one) => one.key === key.key))];
}

const works = ({ writes = false, when }: Key, context: Context): boolean =>
  !(writes && context.readOnly) && (when?.(context) ?? true);
