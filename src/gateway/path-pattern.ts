import { escaped } from './escaped.ts';

/** A pattern of paths, in the form of Spring's PathPattern. */
export type PathPattern = {
  /** As it was written. */
  readonly text: string;
  /** @param path decoded, and with no empty part but the last */
  readonly matches: (path: string) => boolean;
  /** What is between the slashes; without the `**` at the end, which `rest` stands for. */
  readonly segments: readonly string[];
  readonly rest: boolean;
};

/** What a pattern may look like, for who wrote another one. */
export const patternForm =
  'a path such as /orders/**, in which ? is one letter, * and {name} are any within one part, and ** at the end is all that follows';

const variable = /\{[\w-]+\}/;
const allThatFollows = /^(?:\*\*|\{\*[\w-]+\})$/;

/**
 * `/orders/**` is /orders and all below it; `/orders/*` one part below it; `/orders/{id}` likewise. A slash at the end of a path counts only
 * where the pattern has one too, as in Spring Cloud Gateway.
 * @returns undefined where the text is no pattern
 */
export function parsePathPattern(text: string): PathPattern | undefined {
  if (!/^\/[^\s#\\]*$/.test(text) || text.includes('//')) return undefined;
  const parts = text.slice(1).split('/');
  const rest = allThatFollows.test(parts.at(-1)!);
  const segments = rest ? parts.slice(0, -1) : parts;
  if (
    segments.some((segment) => segment.includes('**') || /[{}]/.test(segment.replaceAll(new RegExp(variable, 'g'), '')))
  )
    return undefined;
  const ending = rest ? '(?:/.*)?' : text.endsWith('/') ? '' : '/?';
  const body = segments.map((segment, i) => `/${sourceOf(segment, !rest && i === segments.length - 1)}`).join('');
  const whole = new RegExp(`^${body}${ending}$`, 'su');
  return { text, matches: (path) => whole.test(path), segments, rest };
}

/** A part in the middle is never empty, nor is what has a name. */
function sourceOf(segment: string, last: boolean): string {
  if (isNamed(segment) || (segment === '*' && !last)) return '[^/]+';
  return segment
    .split(/(\*|\?|\{[\w-]+\})/)
    .map((piece) => (piece === '?' ? '[^/]' : piece === '*' || isNamed(piece) ? '[^/]*' : escaped(piece)))
    .join('');
}

const isNamed = (piece: string): boolean => /^\{[\w-]+\}$/.test(piece);

/** Whether everything that `narrow` matches is certainly matched by `wide` too. */
export function covers(wide: PathPattern, narrow: PathPattern): boolean {
  if (wide.text === narrow.text) return true;
  const fits = wide.rest
    ? narrow.segments.length >= wide.segments.length
    : !narrow.rest && narrow.segments.length === wide.segments.length;
  return fits && wide.segments.every((segment, i) => coversPart(segment, narrow.segments[i]!));
}

const coversPart = (wide: string, narrow: string): boolean =>
  wide === narrow || ((wide === '*' || isNamed(wide)) && narrow !== '' && !(isNamed(wide) && narrow === '*'));
