import type { Run } from './simulate.ts';
import type { Survey } from './survey.ts';

const thousands = (count: number) => count.toLocaleString('en-US');

/** What happened how often, the most frequent first. */
export function coverageText({ counts }: Survey): string {
  const width = Math.max(...Object.values(counts).map((count) => thousands(count).length));
  return Object.entries(counts)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([what, count]) => `  ${thousands(count).padStart(width)}  ${what}`)
    .join('\n');
}

export const progressText = ({ seeds, failures }: Survey, of: number, ms: number): string =>
  `${thousands(seeds)} of ${thousands(of)} seeds, ${thousands(Math.round((seeds / ms) * 1_000))} a second${
    failures.length > 0 ? `, ${failures.length} failed` : ''
  }`;

/** A seed in which something is broken: what, the story that leads there, and how to see it again. */
export function failureText({ seed, broken, story }: Run): string {
  return [
    `Seed ${seed} breaks ${broken.map(({ rule }) => rule).join(', ')}:`,
    ...broken.map(({ sentence }) => `  ${sentence}`),
    '',
    'The plainest story in which that is so:',
    ...story.map((line, i) => `${String(i + 1).padStart(5)}. ${line}`),
    '',
    'In brackets is what was not as it should be, or as it mostly is.',
    `Once more: npm run simulate:seeds -- --seeds 1 --from ${seed}`,
  ].join('\n');
}
