import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '../src/cli/exit-code.ts';

export type Words = { values: Record<string, string | boolean | undefined>; positionals: string[] };

/**
 * The flags and the other words of a command of the repository.
 * @param command how it is called, such as `npm run bench`
 * @throws {UsageError} one of them is none of `options`
 */
export function readWords(args: string[], options: ParseArgsConfig['options'], command: string): Words {
  try {
    return parseArgs({ args, allowPositionals: true, options }) as Words;
  } catch (error) {
    // The first line, and of that the first sentence: what follows is about words that begin with a dash, and none here does.
    const [why] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${why?.replace(/\.$/, '')}. See ${command} -- --help.`, { cause: error });
  }
}
