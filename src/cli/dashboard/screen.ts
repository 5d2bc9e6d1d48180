import type { FunctionComponent } from 'react';
import type { Menu } from '../../actors/menu.ts';
import type { Lang } from '../../actors/notifier/texts.ts';
import type { Cart } from './cart.ts';
import type { Words } from './english.ts';
import type { Operations } from './operations.ts';
import type { ScreenName } from './screen-name.ts';
import type { Source } from './source.ts';

/** `waiting`: what is in flight, longest waiting first. `newest`: every order, newest first. */
export type Sort = 'waiting' | 'newest';

/** One screen as somebody has it open: which, of what, and how far they have gone into it. */
export type View = {
  id: number;
  screen: ScreenName;
  /** The row that is chosen. It stays chosen while rows come and go around it. */
  chosen?: string | undefined;
  /** Where that row was last, for when it goes. */
  index: number;
  filter: string;
  faultsOnly: boolean;
  sort: Sort;
  marked: ReadonlySet<string>;
  orderId?: string;
  customerId?: string;
  letterId?: string;
  /** An order that is being made. */
  cart?: Cart;
};

/** What a screen shows, and the ids of the rows that can be chosen, from top to bottom. */
export type Content = { ids: readonly string[] };

/** What a key, or a screen, knows when it is asked. */
export type Context<C extends Content = Content> = {
  view: View;
  content: C;
  words: Words;
  lang: Lang;
  menu: Menu;
  /** Epoch milliseconds. */
  now: number;
  // biome-ignore lint/suspicious/noExplicitAny: whichever it is, it is only asked what it can do
  screen: Screen<any>;
  readOnly: boolean;
  /** How many views lead here, this one included. */
  depth: number;
  /** Rows that a page has. */
  page: number;
  /** Why there is nothing to show; `content` is not the screen's own then, but empty. */
  failure?: string;
};

/** What somebody is told in the line above the keys. */
export type Notice = { text: string; tone: 'good' | 'bad' | 'plain' };

/** Something that is asked of whoever sits there. `live` hears every letter. */
export type Prompt =
  | { kind: 'text'; label: string; value: string; onText(text: string): Reaction; live?(text: string): Reaction }
  | { kind: 'confirm'; question: string; details?: readonly string[]; onYes: Reaction };

/** What comes of a key, or of work that is done. */
export type Reaction =
  | { kind: 'open'; view: Partial<View> & { screen: ScreenName } }
  | { kind: 'back' }
  | { kind: 'change'; viewId: number; to: Partial<View> }
  | { kind: 'prompt'; prompt: Prompt }
  | { kind: 'tell'; notice: Notice }
  | { kind: 'copy'; text: string }
  | { kind: 'freeze' | 'help' | 'quit' }
  /** `saying`: what is shown while it goes on. */
  | { kind: 'work'; saying: string; run(operations: Operations): Promise<Reaction> }
  | { kind: 'several'; reactions: readonly Reaction[] };

/** One key of a screen. The footer and the help are drawn from these, so they never say what is not so. */
export type Key<C extends Content = Content> = {
  /** As `keyNames` gives it. */
  key: string;
  /** How it is written in the footer, where not as it is called. */
  sign?: string;
  /** Whether the footer and the help leave it out, since another one does the same. */
  hidden?: boolean;
  label(words: Words): string;
  /** Whether it changes anything outside this screen; such keys are not there in read-only mode. */
  writes?: boolean;
  /** Whether it is about the chosen row, so that it does nothing where that has just become another one. */
  ofRow?: boolean;
  /** Whether it does anything now, default always. */
  when?(context: Context<C>): boolean;
  react(context: Context<C>): Reaction;
};

/** What a screen has room for when it reads: rows below the head and above the foot, cells in each. */
export type Room = { rows: number; columns: number; lang: Lang };

export type BodyProps<C extends Content = Content> = Context<C> & {
  width: number;
  height: number;
};

/** A screen: what it reads, what it looks like, and what its keys do. */
export type Screen<C extends Content = Content> = {
  title(words: Words, view: View): string;
  /** @param rows how many rows there is room for */
  read(source: Source, view: View, room: Room): C;
  keys: readonly Key<C>[];
  Body: FunctionComponent<BodyProps<C>>;
  /** Whether `/` and `!` work here. */
  filters?: boolean;
  faults?: boolean;
  /** What `y` copies; default the id of what is shown, or of the row that is chosen. */
  copies?(context: Context<C>): string | undefined;
  /** Text that goes on where it is longer than the screen, rather than rows to choose from. */
  scrolls?: boolean;
};

/** The id of the row that is chosen, if there is one. */
export const chosenOf = ({ view, content }: Pick<Context, 'view' | 'content'>): string | undefined =>
  content.ids[indexOf(view, content.ids)];

/** Where the chosen row is now; where it is gone, the one that took its place. -1: there is none. */
export function indexOf({ chosen, index }: Pick<View, 'chosen' | 'index'>, ids: readonly string[]): number {
  const at = chosen === undefined ? -1 : ids.indexOf(chosen);
  return at >= 0 ? at : Math.min(index, ids.length - 1);
}
