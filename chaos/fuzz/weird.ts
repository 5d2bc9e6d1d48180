/** Numbers from 0 up to 1, the same for the same seed. */
export type Random = () => number;

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** A whole number from 0 up to, but without, `below`. */
export const upTo = (random: Random, below: number): number => Math.floor(random() * below);

/** Texts that somebody's program has stumbled over. */
const texts = [
  '',
  ' ',
  '\n',
  '-',
  '--',
  '0',
  '-1',
  'NaN',
  'Infinity',
  '1e309',
  '9007199254740993',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  '../../../etc/passwd',
  "'; DROP TABLE orders; --",
  '%s%n%x',
  '\u001b[2J\u001b[31mred',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u0007\u0008\u007f',
  '\u202eabc',
  '\ud800',
  '김치찌개 두 개',
  '👨‍👩‍👧‍👦🍗',
  'ﷺ'.repeat(50),
  'é'.normalize('NFD'),
  '\ufeff{}',
  'x'.repeat(201),
  'x'.repeat(5_000),
] as const;

export const weirdText = (random: Random): string => pick(random, texts);

/** Values of JSON that are seldom meant. */
export function weirdValue(random: Random): unknown {
  const values: (() => unknown)[] = [
    () => null,
    () => random() < 0.5,
    () => pick(random, [-1, 0, -0, 0.1, 1e308, -1e308, 2 ** 53, -(2 ** 53), 2 ** 31, 1e-9, 255]),
    () => weirdText(random),
    () => weirdText(random),
    () => ({}),
    () => [],
    () => [weirdText(random), null],
    () => ({ [weirdText(random)]: weirdText(random) }),
    () => nested(pick(random, [3, 500])),
  ];
  return pick(random, values)();
}

/** Arrays in arrays. */
function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** The same with one thing in it changed, left out, doubled or added, somewhere. */
export function mutated(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.1) return weirdValue(random);
  if (Array.isArray(value)) {
    const copy = [...value];
    const at = upTo(random, Math.max(1, copy.length));
    if (random() < 0.2) return [...copy, ...copy];
    if (random() < 0.2) return copy.filter((_, i) => i !== at);
    copy[at] = mutated(copy[at], random);
    return copy;
  }
  const copy = { ...value } as Record<string, unknown>;
  const key = pick(random, Object.keys(copy)) ?? weirdText(random);
  const how = random();
  if (how < 0.2) delete copy[key];
  else if (how < 0.3) Object.defineProperty(copy, weirdText(random), { value: weirdValue(random), enumerable: true });
  else if (how < 0.55 && typeof copy[key] !== 'object') copy[key] = weirdValue(random);
  else copy[key] = mutated(copy[key], random);
  return copy;
}
