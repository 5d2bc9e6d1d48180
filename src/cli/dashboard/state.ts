import type { Notice, Prompt, Reaction, View } from './screen.ts';
import { indexOf } from './screen.ts';

/** Everything the dashboard remembers by itself. What it shows comes from the read model. */
export type State = {
  /** The way here; the last one is shown. Never empty. */
  views: readonly View[];
  prompt?: Prompt;
  help: boolean;
  /** Nothing moves until it is thawed. */
  frozen: boolean;
  notice?: Notice;
  nextId: number;
};

const blank = { index: 0, filter: '', faultsOnly: false, sort: 'waiting', marked: new Set<string>() } as const;

/** How far down a list goes at most. */
export const mostRows = 1_000;

/** How it begins: with all orders. */
export const start: State = {
  views: [{ id: 0, screen: 'orders', ...blank }],
  help: false,
  frozen: false,
  nextId: 1,
};

export const shownOf = (state: State): View => state.views.at(-1)!;

/** The state after a reaction. Work, and what is copied, change nothing by themselves. */
export function after(state: State, reaction: Reaction): State {
  switch (reaction.kind) {
    case 'open': {
      const view: View = { ...blank, ...reaction.view, id: state.nextId };
      // Screens that do not belong to one thing are opened anew from the first one, so that the way back stays short.
      const top = view.orderId === undefined && view.letterId === undefined && view.screen !== 'place';
      const views = top ? [view] : [...state.views, view];
      return { ...without(state, 'notice'), views, nextId: state.nextId + 1, help: false };
    }
    case 'back':
      return { ...without(state, 'notice'), views: state.views.length > 1 ? state.views.slice(0, -1) : state.views };
    case 'change':
      return {
        ...state,
        views: state.views.map((view) => (view.id === reaction.viewId ? { ...view, ...reaction.to } : view)),
      };
    case 'prompt':
      return { ...state, prompt: reaction.prompt };
    case 'tell':
      return { ...state, notice: reaction.notice };
    case 'help':
      return { ...state, help: true };
    case 'freeze':
      return { ...state, frozen: !state.frozen };
    case 'copy':
    case 'quit':
      return state;
    case 'work':
      return { ...state, notice: { text: reaction.saying, tone: 'plain' } };
    case 'several':
      return reaction.reactions.reduce(after, state);
  }
}

/** Without what is asked or told just now. */
export function without(state: State, what: 'prompt' | 'notice'): State {
  const { [what]: _gone, ...rest } = state;
  return rest;
}

/** The change that moves the choice by so many rows; or text that scrolls, by so many lines. */
export function moved(view: View, ids: readonly string[], by: number, scrolls = false): Reaction {
  const index = Math.max(0, Math.min(ids.length - 1, Math.max(0, indexOf(view, ids)) + by));
  const chosen = ids[index];
  return { kind: 'change', viewId: view.id, to: { index, ...(chosen !== undefined && !scrolls && { chosen }) } };
}
