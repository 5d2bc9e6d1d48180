/** How long a terminal may take to say where its cursor is, milliseconds. */
const answerMs = 1_000;

/**
 * How many cells the terminal draws a letter of Hangul in: one is written, the terminal is asked where its cursor is now, and the line is
 * cleared again. Needs stdin and stdout to be that terminal.
 * @returns nothing where it does not answer
 */
export async function hangulWidth(): Promise<number | undefined> {
  const { stdin, stdout } = process;
  stdin.setRawMode(true); // or the answer would be shown, and wait for Enter
  let said = '';
  try {
    return await new Promise<number | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), answerMs);
      stdin.on('data', (bytes: Buffer) => {
        said += bytes.toString('latin1');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: this is how a terminal answers
        const [, column] = /\x1b\[\d+;(\d+)R/.exec(said) ?? [];
        if (column === undefined) return;
        clearTimeout(timer);
        resolve(Number(column) - 1);
      });
      stdout.write('\r한\x1b[6n');
    });
  } finally {
    stdout.write('\r\x1b[K');
    stdin.removeAllListeners('data').setRawMode(false).pause();
  }
}
