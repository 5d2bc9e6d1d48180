/** The one of `known` that `word` was most likely meant to be, or undefined where none is close. */
export function closest(word: string, known: readonly string[]): string | undefined {
  const start = word.toLowerCase();
  const longer = known.filter((name) => name.toLowerCase().startsWith(start));
  if (word.length >= 3 && longer.length === 1) return longer[0];
  const [best] = known
    .map((name) => ({ name, far: distance(start, name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(2, word.length / 3) ? best.name : undefined;
}

/** Levenshtein distance, two-row dynamic programme (Wagner and Fischer, 1974). */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row[j] = Math.min(row[j - 1]! + 1, above[j]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    above = row;
  }
  return above[b.length]!;
}
