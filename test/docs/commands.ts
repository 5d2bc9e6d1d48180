import { baedal } from '../harness/baedal.ts';

const helps = new Map<string, Promise<string>>();
function helpOf(path: readonly string[]): Promise<string> {
  const name = path.join(' ');
  if (!helps.has(name))
    helps.set(
      name,
      baedal([...path, '--help']).then(({ stdout }) => stdout),
    );
  return helps.get(name)!;
}

/** The subcommands that a help text lists. */
const listed = (help: string): string[] =>
  [...(help.split(/^Commands:$/m)[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name!);

/** Which words of a command line of baedal its help does not know: no such command, or no such flag. */
export async function mistakesIn(words: readonly string[]): Promise<string[]> {
  const path: string[] = [];
  let help = await helpOf(path);
  for (const word of words) {
    if (listed(help).length === 0 || word.startsWith('-')) break;
    if (!listed(help).includes(word)) return [`there is no such command as ${word}`];
    path.push(word);
    help = await helpOf(path);
  }
  return words
    .filter((word) => /^--?[a-z]/.test(word) && !new RegExp(`(^|[\\s,])${word}\\b`).test(help))
    .map((flag) => `there is no such flag as ${flag}`);
}
