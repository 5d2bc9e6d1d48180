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
  // A terminal may send a return, a backspace or an escape together with letters that were typed fast.
  return [...new Intl.Segmenter().segment(input)].map(({ segment }) => {
    if (segment === '\r' || segment === '\n' || segment === '\r\n') return 'enter';
    if (segment === '\u007f' || segment === '\b') return 'backspace';
    if (segment === '\u001b') return 'escape';
    return segment === ' ' ? 'space' : segment;
  });
}
