import { lineOf } from '../bench/figures.ts';
import { reasonOf } from '../src/errors.ts';
import { Brokers } from './brokers.ts';
import type { Drill, Length, Report } from './drill.ts';

/** What became of one drill. `failure`: it could not be carried through, and why. */
export type Outcome = Report & { drill: string; seconds: number; failure?: string };

/**
 * Runs drills one after the other. One that could not be carried through does not keep the others from being run.
 * @param say told how it goes on, and the figures of each
 * @param interrupted once it is aborted no drill is begun any more, and nothing is told of the one that was going on
 */
export async function runDrills(
  wanted: readonly { drill: Drill; length: Length }[],
  say: (line: string) => void,
  interrupted?: AbortSignal,
): Promise<Outcome[]> {
  const brokers = new Brokers();
  const outcomes: Outcome[] = [];
  try {
    for (const { drill, length } of wanted) {
      say(`\n${drill.name}: ${drill.what}`);
      const startedAt = performance.now();
      const report = await drill
        .run(length, { brokers, say: (line) => say(`  … ${line}`) })
        .catch((error: unknown) => ({ figures: [], broken: [], failure: reasonOf(error) }));
      if (interrupted?.aborted) break;
      const outcome = { drill: drill.name, seconds: Math.round((performance.now() - startedAt) / 1_000), ...report };
      for (const line of linesOf(outcome)) say(line);
      outcomes.push(outcome);
    }
  } finally {
    await brokers.stop();
  }
  return outcomes;
}

/** Whether every promise was kept, and every drill carried through. */
export const allKept = (outcomes: readonly Outcome[]): boolean =>
  outcomes.every(({ broken, failure }) => broken.length === 0 && failure === undefined);

/** Broken promises that are printed one by one. */
const mostShown = 20;

function linesOf({ figures, broken, failure, seconds }: Outcome): string[] {
  return [
    ...figures.map(lineOf),
    ...broken.slice(0, mostShown).map((sentence) => `  ✗ ${sentence}`),
    ...(broken.length > mostShown ? [`  … and ${broken.length - mostShown} more: --json has them all`] : []),
    ...(failure === undefined ? [] : [`  ✗ It was not carried through: ${failure}`]),
    `  ${broken.length === 0 && failure === undefined ? '✓ every promise was kept' : '✗ see above'}, ${seconds} s`,
  ];
}
