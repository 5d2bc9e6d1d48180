import { Interrupted } from '../exit-code.ts';

/** How long a terminal may take to say where its cursor is, milliseconds. */
const answerMs = 1_000;

/**
 * How many cells the terminal draws a letter of Hangul in: one is written, the terminal is asked where its cursor is now, and the line is
 * cleared again. Needs stdin and stdout to be that terminal.
 * @returns nothing where it does not answer
 * @throws {Interrupted} on Ctrl-C, which is a letter like any other meanwhile
 */
export async function hangulWidth(): Promise<number | undefined> {
  const { stdin, stdout } = process;
  stdin.setRawMode(true); // or the answer would be shown, and wait for Enter
  let said = '';
  try {
    return await new Promise<number | undefined>((resolve, reject) => {
      const timer = setTimeout(() => resolve(undefined), answerMs);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        finish();
      };
      stdin.on('data', (bytes: Buffer) => {
        said += bytes.toString('latin1');
        if (said.includes('\x03')) return settle(() => reject(new Interrupted()));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: this is how a terminal answers
        const [, column] = /\x1b\[\d+;(\d+)R/.exec(said) ?? [];
        if (column !== undefined) settle(() => resolve(Number(column) - 1));
      });
      stdout.write('\r한\x1b[6n');
    });
  } finally {
    stdout.write('\r\x1b[K');
    stdin.removeAllListeners('data').setRawMode(false).pause();
  }
}
