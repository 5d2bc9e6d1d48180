import type { Key } from 'ink';

/** What was typed, as the names of keys: several where the terminal sent several at once. */
export function keyNames(input: string, key: Key): string[] {
  const named: [boolean, string][] = [
    [key.upArrow, 'up'],
    [key.downArrow, 'down'],
    [key.leftArrow, 'left'],
    [key.rightArrow, 'right'],
    [key.pageUp, 'pageup'],
    [key.pageDown, 'pagedown'],
    [key.home, 'home'],
    [key.end, 'end'],
    [key.return, 'enter'],
    [key.escape && input === '', 'escape'],
    [key.tab, 'tab'],
    [key.backspace || key.delete, 'backspace'],
  ];
  // An Escape that is read together with the key behind it looks like Alt with that key, and nothing here is on Alt.
  if (key.meta && !key.escape) return ['escape', ...keyNames(input, { ...key, meta: false })];
  const name = named.find(([pressed]) => pressed)?.[1];
  if (name) return [name];
  if (key.ctrl) return [`ctrl-${input}`];
  // A terminal sends what was typed fast, or while the dashboard was busy, all together: a Ctrl-U with the letters behind it.
  return [...new Intl.Segmenter().segment(input)].map(
    ({ segment }) => typed[segment] ?? controlKey(segment) ?? segment,
  );
}

const typed: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\r\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u001b': 'escape',
  ' ': 'space',
};

/** Ctrl with a letter is sent as that letter's place in the alphabet. */
const controlKey = (segment: string) =>
  segment >= '\u0001' && segment <= '\u001a' ? `ctrl-${String.fromCharCode(segment.charCodeAt(0) + 96)}` : undefined;
