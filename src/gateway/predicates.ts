import { Expected } from './expected.ts';
import { type PathPattern, parsePathPattern, patternForm } from './path-pattern.ts';

/** What a request must be for a route to take it. */
export type Predicate =
  | { readonly name: 'Path'; readonly patterns: readonly PathPattern[] }
  | { readonly name: 'Method'; readonly methods: readonly string[] };

/** As it stands in a file: `Path=/a/**, /b/**`, or in the long form. */
export type WrittenPredicate = string | { name: string; args?: unknown };

export const predicateForm = 'a predicate, such as Path=/orders/** or Method=GET,POST';

/** @returns what to write instead, where it is none that we know */
export function readPredicate(written: WrittenPredicate): Predicate | Expected {
  const { name, values } = typeof written === 'string' ? shortForm(written) : longForm(written);
  if (name === 'Path') return pathOf(values);
  if (name === 'Method') return methodOf(values);
  return new Expected(`${predicateForm}; Path and Method are the ones there are`);
}

/** Whether a request is such. */
export const holds = (predicate: Predicate, method: string, path: string): boolean =>
  predicate.name === 'Path'
    ? predicate.patterns.some((pattern) => pattern.matches(path))
    : predicate.methods.includes(method);

/** Every pattern that a route has. */
export const patternsOf = (predicates: readonly Predicate[]): PathPattern[] =>
  predicates.flatMap((predicate) => (predicate.name === 'Path' ? predicate.patterns : []));

/** Every method that it names; none where it takes any. */
export const methodsOf = (predicates: readonly Predicate[]): string[] =>
  predicates.flatMap((predicate) => (predicate.name === 'Method' ? predicate.methods : []));

type Named = { name: string; values: string[] };

function shortForm(text: string): Named {
  const [, name = text, list = ''] = /^\s*(\w+)\s*=(.*)$/s.exec(text) ?? [];
  return { name, values: split(list) };
}

/** The arguments have a name in the documentation, and names such as `_genkey_0` where a program wrote the file. */
function longForm({ name, args }: { name: string; args?: unknown }): Named {
  const given = typeof args === 'object' && args !== null ? Object.values(args).flat() : [args];
  return { name, values: given.flatMap((value) => (typeof value === 'string' ? split(value) : [])) };
}

const split = (list: string): string[] =>
  list
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');

function pathOf(values: string[]): Predicate | Expected {
  const patterns = values.map(parsePathPattern);
  const good = patterns.filter((pattern) => pattern !== undefined);
  if (good.length === 0 || good.length < values.length)
    return new Expected(`${patternForm}; several have commas between them`);
  return { name: 'Path', patterns: good };
}

function methodOf(values: string[]): Predicate | Expected {
  const methods = values.map((value) => value.toUpperCase());
  if (methods.length === 0 || !methods.every((method) => /^[A-Z-]{1,20}$/.test(method)))
    return new Expected('methods with commas between them, such as Method=GET,POST');
  return { name: 'Method', methods };
}
