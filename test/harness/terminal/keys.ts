const bytes: Record<string, string> = {
  Enter: '\r',
  Escape: '\x1b',
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PageUp: '\x1b[5~',
  PageDown: '\x1b[6~',
  Tab: '\t',
  'Shift-Tab': '\x1b[Z',
  Backspace: '\x7f',
  Delete: '\x1b[3~',
  Space: ' ',
};

/** What a terminal sends for these keys, a stroke each. What is no key's name is typed as it is, a character each. */
export const strokesOf = (keys: readonly string[]): string[] =>
  keys.flatMap((key) => {
    if (Object.hasOwn(bytes, key)) return [bytes[key]!];
    return /^Ctrl-[A-Z]$/.test(key) ? [String.fromCharCode(key.charCodeAt(5) & 31)] : [...key];
  });

/** Milliseconds to wait after a stroke. A letter that is read together with the Escape before it means Alt. */
export const pauseAfter = (stroke: string): number => (stroke === bytes['Escape'] ? 100 : 25);
