import { cellsOf } from '../cells.ts';

/** Words in lines of at most `room` cells; one that is longer, an address say, is broken. @param hanging cells before all but the first */
export function wrapped(text: string, room: number, hanging = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, room - hanging))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && cellsOf(longer) > room) {
      lines.push(line);
      line = ' '.repeat(hanging) + word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** A word in pieces that fit. */
function pieces(word: string, room: number): string[] {
  if (cellsOf(word) <= room) return [word];
  const found = [''];
  for (const letter of word) {
    if (cellsOf(found.at(-1) + letter) > room) found.push('');
    found[found.length - 1] += letter;
  }
  return found;
}

/** A text with spaces behind it. Hangul takes the two cells that it takes. */
export const filled = (text: string, cells: number): string => text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
