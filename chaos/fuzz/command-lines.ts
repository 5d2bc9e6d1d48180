import type { Command, Option } from 'commander';
import { programOf } from '../../src/cli/program/program.ts';
import { pick, type Random, upTo, weirdText } from './weird.ts';

/** Words as somebody might type them who knows what there is. `orderId`: of an order that there is. */
const usualOf = (orderId: string): readonly string[] => [
  orderId,
  'kim',
  'noodle-bar',
  'udon',
  'udon:2',
  '1',
  '20',
  'placed',
  'delivered',
  'dead',
  '김',
  '-',
  '--',
  'http://127.0.0.1:1',
];

/** Commands that go on until they are stopped, by their first words. */
const endless =
  /^(demo|up|dashboard|psp|serve|gateway|kakao(?! templates)|notifications .*--follow|order status .*--watch)\b/;

/** Whether a command line may well go on until it is stopped. */
export const isEndless = (words: readonly string[]): boolean =>
  endless.test(words.filter((word) => !word.startsWith('--') || /--(follow|watch)/.test(word)).join(' '));

/** Command lines: each command that there is, with flags and arguments that are right, wrong, or nothing at all. */
export function commandLines(random: Random, folder: string, orderId: string): () => string[] {
  const commands = leavesOf(programOf(), []);
  const usual = usualOf(orderId);
  // No path leads anywhere but into a folder that is thrown away: what is asked for is done.
  const paths = [folder, `${folder}/nothing`, '/dev/null', '/proc/nothing/here', `${folder}/baedal.yaml/x`];
  const brokers = ['sqlite:', 'sqlite:x', 'amqp://127.0.0.1:1', 'amqp://', 'http://x', 'amqp://u:p@127.0.0.1:1/%zz'];
  const value = ({ long }: Pick<Option, 'long'>): string => {
    if (/^--(data|catalog|ledger|config|contacts|kakao-file)$/.test(long ?? '')) return pick(random, paths);
    if (long === '--broker') return pick(random, brokers);
    if (long === '--psp' || long === '--url' || long === '--kakao')
      return pick(random, ['http://127.0.0.1:1', 'ftp://x', 'http://u:p@127.0.0.1', '%']);
    const kind = random();
    if (kind < 0.4) return pick(random, usual);
    if (kind < 0.5)
      return String(pick(random, [-1, 0, 1e9, 1e308, -0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]));
    return argument(random);
  };
  return () => {
    const { words, command } = pick(random, commands);
    const line = [...words];
    for (const argument of command.registeredArguments)
      if (random() < 0.85) line.push(value({}), ...(argument.variadic && random() < 0.3 ? [value({})] : []));
    for (const option of [...command.options, ...programOf().options]) {
      const wanted = option.mandatory ? 0.85 : option.long === '--json' ? 0.3 : 0.12;
      if (random() >= wanted || option.long === '--version') continue;
      line.push(option.long!);
      if ((option.required || option.optional) && random() < 0.9) line.push(value(option));
    }
    if (random() < 0.08)
      line.splice(upTo(random, line.length + 1), 0, pick(random, ['--', '-', `--${argument(random)}`, '-x', '--help']));
    if (random() < 0.04) line.push(argument(random));
    if (random() < 0.03) line.splice(0, 1, argument(random));
    return line;
  };
}

/** No argument of a process has a zero in it, nor half a letter. */
const argument = (random: Random): string => Buffer.from(weirdText(random)).toString().replaceAll('\0', '');

function leavesOf(command: Command, words: readonly string[]): { words: readonly string[]; command: Command }[] {
  const below = command.commands.flatMap((one) => leavesOf(one, [...words, one.name()]));
  return words.length > 0 ? [{ words, command }, ...below] : below;
}
