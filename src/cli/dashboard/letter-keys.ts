import type { DeadLetterView } from '../../readmodel/list-dead-letters.ts';
import { inLine, shortId } from '../print-dead-letters.ts';
import type { Operations } from './operations.ts';
import { type Content, type Context, chosenOf, type Key, type Reaction } from './screen.ts';

/** A screen from which dead letters can be decided on. */
export type WithLetters = Content & { letters: readonly DeadLetterView[] };

/** Letters whose dry run is made before it is asked whether to redrive them; there may be thousands. */
const triedFirst = 12;

/** The marked letters; where none is marked, the chosen one. */
export function selectedLetters(context: Context<WithLetters>): DeadLetterView[] {
  const { marked } = context.view;
  const id = chosenOf(context);
  return context.content.letters.filter(({ letterId }) => (marked.size > 0 ? marked.has(letterId) : letterId === id));
}

const any = (context: Context<WithLetters>): boolean => selectedLetters(context).length > 0;

/** First says what would come of it, then asks. */
export const redriveKey: Key<WithLetters> = {
  key: 'r',
  label: (words) => words.keys.redrive,
  writes: true,
  when: any,
  react: (context) => {
    const letters = selectedLetters(context);
    const { words } = context;
    return {
      kind: 'work',
      saying: words.told.working,
      run: async (operations) => {
        const details = await dryRuns(operations, letters);
        return {
          kind: 'prompt',
          prompt: {
            kind: 'confirm',
            question: words.letters.redriveThese(letters.length),
            details,
            onYes: { kind: 'work', saying: words.told.working, run: (again) => redriven(again, letters, context) },
          },
        };
      },
    };
  },
};

async function dryRuns(operations: Operations, letters: readonly DeadLetterView[]): Promise<string[]> {
  const lines: string[] = [];
  for (const letter of letters.slice(0, triedFirst))
    lines.push(`${shortId(letter.letterId)}  ${inLine(letter.type ?? '-')}: ${await operations.dryRun(letter)}`);
  const more = letters.length - triedFirst;
  return more > 0 ? [...lines, `… ${more}`] : lines;
}

async function redriven(
  operations: Operations,
  letters: readonly DeadLetterView[],
  { view, words }: Context<WithLetters>,
): Promise<Reaction> {
  const { redriven, refused } = await operations.redrive(letters);
  const text = [words.letters.redriven(redriven), ...refused.slice(0, 1).map(inLine)].join(' ');
  return unmarked(view.id, text, refused.length > 0 ? 'bad' : 'good');
}

export const discardKey: Key<WithLetters> = {
  key: 'x',
  label: (words) => words.keys.discard,
  writes: true,
  when: any,
  react: (context) => {
    const letters = selectedLetters(context);
    const { words, view } = context;
    const discarding = (reason: string): Reaction => ({
      kind: 'work',
      saying: words.told.working,
      run: async (operations) => {
        await operations.discard(letters, reason);
        return unmarked(view.id, words.letters.discarded(letters.length), 'good');
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
            question: words.letters.discardThese(letters.length),
            onYes: discarding(reason.trim() || 'discarded by an operator'),
          },
        }),
      },
    };
  },
};

const unmarked = (viewId: number, text: string, tone: 'good' | 'bad'): Reaction => ({
  kind: 'several',
  reactions: [
    { kind: 'change', viewId, to: { marked: new Set() } },
    { kind: 'tell', notice: { text, tone } },
  ],
});
