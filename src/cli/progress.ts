/** How often a line is written anew on a terminal, and elsewhere, milliseconds. */
const everyMs = { terminal: 100, elsewhere: 5_000 };

/** Tells on stderr how far long work has come: one line that changes on a terminal, now and then a line elsewhere. */
export function progressLine(): { show(text: string): void; end(): void } {
  const { stderr } = process;
  const terminal = stderr.isTTY === true;
  let shownAt = performance.now();
  let shown = false;
  return {
    show: (text) => {
      if (performance.now() - shownAt < everyMs[terminal ? 'terminal' : 'elsewhere']) return;
      shownAt = performance.now();
      shown = true;
      stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (terminal && shown) stderr.write('\r\x1b[K');
    },
  };
}
