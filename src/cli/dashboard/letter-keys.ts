import type { DeadLetterHead } from '../../readmodel/list-dead-letters.ts';
import { inLine, shortId } from '../print-dead-letters.ts';
import type { Operations } from './operations.ts';
import { type Content, type Context, chosenOf, type Key, type Reaction } from './screen.ts';

/** A screen from which dead letters can be decided on. */
export type WithLetters = Content & { letters: readonly DeadLetterHead[] };

/** Letters whose dry run is made before it is asked whether to redrive them; there may be thousands. */
const triedFirst = 12;

/** The ids of the marked letters; where none is marked, of the chosen one. */
export function selectedIds(context: Context<WithLetters>): string[] {
  const chosen = chosenOf(context);
  if (context.view.marked.size > 0) return [...context.view.marked];
  return chosen === undefined ? [] : [chosen];
}

const any = (context: Context<WithLetters>): boolean => selectedIds(context).length > 0;

/** First says what would come of it, then asks. */
export const redriveKey: Key<WithLetters> = {
  key: 'r',
  label: (words) => words.keys.redrive,
  writes: true,
  ofRow: true,
  when: any,
  react: (context) => {
    const ids = selectedIds(context);
    const { words } = context;
    return {
      kind: 'work',
      saying: words.told.working,
      run: async (operations) => {
        const details = await dryRuns(operations, ids);
        return {
          kind: 'prompt',
          prompt: {
            kind: 'confirm',
            question: words.letters.redriveThese(ids.length),
            details,
            onYes: { kind: 'work', saying: words.told.working, run: (again) => redriven(again, ids, context) },
          },
        };
      },
    };
  },
};

async function dryRuns(operations: Operations, ids: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const id of ids.slice(0, triedFirst)) {
    const { type, phrase } = await operations.dryRun(id);
    lines.push(`${shortId(id)}  ${inLine(type ?? '-')}: ${phrase}`);
  }
  const more = ids.length - triedFirst;
  return more > 0 ? [...lines, `… ${more}`] : lines;
}

async function redriven(
  operations: Operations,
  ids: readonly string[],
  { view, words }: Context<WithLetters>,
): Promise<Reaction> {
  const { done, refused } = await operations.redrive(ids);
  return settled(view.id, words.letters.redriven(done), refused);
}

export const discardKey: Key<WithLetters> = {
  key: 'x',
  label: (words) => words.keys.discard,
  writes: true,
  ofRow: true,
  when: any,
  react: (context) => {
    const ids = selectedIds(context);
    const { words, view } = context;
    const discarding = (reason: string): Reaction => ({
      kind: 'work',
      saying: words.told.working,
      run: async (operations) => {
        const { done, refused } = await operations.discard(ids, reason);
        return settled(view.id, words.letters.discarded(done), refused);
      },
    });
    return {
      kind: 'prompt',
      prompt: {
        kind: 'text',
        label: words.letters.why,
        value: '',
        onText: (reason) => ({
          kind: 'prompt',
          prompt: {
            kind: 'confirm',
            question: words.letters.discardThese(ids.length),
            onYes: discarding(reason.trim() || 'discarded by an operator'),
          },
        }),
      },
    };
  },
};

/** Nothing is marked any more, and it is said what was done; and of what was not, the first reason. */
const settled = (viewId: number, text: string, refused: readonly string[]): Reaction => ({
  kind: 'several',
  reactions: [
    { kind: 'change', viewId, to: { marked: new Set() } },
    {
      kind: 'tell',
      notice: {
        text: [text, ...refused.slice(0, 1).map(inLine)].join(' '),
        tone: refused.length > 0 ? 'bad' : 'good',
      },
    },
  ],
});
