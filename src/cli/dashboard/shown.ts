import type { Menu } from '../../actors/menu.ts';
import type { Lang } from '../../actors/notifier/texts.ts';
import { reasonOf } from '../../errors.ts';
import { type Overview, overviewOf } from '../overview.ts';
import type { Content, Context } from './screen.ts';
import { screens } from './screens/registry.ts';
import type { Source, Vitals } from './source.ts';
import { mostRows, type State, shownOf } from './state.ts';
import { wordsOf } from './words.ts';

export type Size = { columns: number; rows: number };

/** Lines that are not the screen's own: head, counts, two rules, notice, keys. */
export const frameRows = 6;
const smallest: Size = { columns: 80, rows: 24 };

export const isTooSmall = ({ columns, rows }: Size): boolean => columns < smallest.columns || rows < smallest.rows;

/** Everything that is drawn, at one moment. */
export type Shown = Context & {
  state: State;
  size: Size;
  vitals: Vitals;
  overview?: Overview;
};

/** What was read while everything stands still, by what it depends on. */
export type Cold = { of: string; content: Content; overview: Overview };

type Looking = { source: Source; lang: Lang; readOnly: boolean; now: number; size: Size };

const nowhere: Menu = { stores: [] };

/** What there is to see in this state. @returns also what is to be kept while everything stands still */
export function look(
  { source, lang, readOnly, now, size }: Looking,
  state: State,
  cold: Cold | undefined,
): { shown: Shown; cold?: Cold } {
  const view = shownOf(state);
  const screen = screens[view.screen];
  const words = wordsOf(lang);
  const rows = Math.max(1, size.rows - frameRows);
  const about = { state, view, screen, size, now, words, lang, readOnly, vitals: source.vitals() };
  const context = { ...about, depth: state.views.length, page: Math.max(1, rows - 1) };
  // Where everything stands still as much is read as somebody may want to see, once.
  const still = state.frozen && !screen.scrolls;
  const of = JSON.stringify([view.id, view.filter, view.faultsOnly, view.sort, view.cart, still ? '' : size]);
  try {
    const menu = source.menu();
    if (cold?.of === of) return { shown: { ...context, menu, ...cold }, cold };
    const content = screen.read(source, view, { rows: still ? mostRows : rows, columns: size.columns, lang });
    const overview = source.ask((db) => overviewOf(db, now));
    const shown = { ...context, menu, content, overview };
    return state.frozen ? { shown, cold: { of, content, overview } } : { shown };
  } catch (error) {
    const failure = `${words.told.unreadable}: ${reasonOf(error)}`;
    return { shown: { ...context, menu: nowhere, content: { ids: [] }, failure } };
  }
}
