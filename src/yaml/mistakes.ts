import type { z } from 'zod';
import { closest } from '../actors/closest.ts';
import type { Mistake } from './bad-file.ts';
import { fieldsAt } from './fields-at.ts';
import { fieldName, type Yaml } from './parse-yaml.ts';

/** Says each of the schema's issues with its place in the file, what was expected and what was found. */
export function mistakesIn(yaml: Yaml, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): Mistake[] {
  const mistakes = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownFields(yaml, schema, issue) : [unexpected(yaml, issue)],
  );
  // A bad name for both languages is one mistake to its writer, and two issues to the schema.
  return [...new Map(mistakes.map((mistake) => [`${mistake.field}: ${mistake.what}`, mistake])).values()];
}

function unknownFields(yaml: Yaml, schema: z.ZodType, { path, keys }: z.core.$ZodIssueUnrecognizedKeys): Mistake[] {
  const known = fieldsAt(schema, path);
  return keys.map((key) => {
    const meant = closest(key, known);
    const help = meant ? `Did you mean "${meant}"?` : `The fields here are ${known.join(', ')}.`;
    return {
      ...yaml.positionOfKey(path, key),
      field: fieldName([...path, key]),
      what: `there is no such field. ${help}`,
    };
  });
}

function unexpected(yaml: Yaml, { path, message }: z.core.$ZodIssue): Mistake {
  const { value, path: reached } = valueAt(yaml.value, path);
  const what = value === undefined ? `missing; expected ${message}.` : `expected ${message}, found ${describe(value)}.`;
  return { ...yaml.positionOf(reached), field: fieldName(reached), what };
}

/** The value at `path`. A name may be one text for both languages: then it is the text, and not the `.ko` in it. */
function valueAt(root: unknown, path: readonly PropertyKey[]): { value: unknown; path: readonly PropertyKey[] } {
  let value = root;
  for (const [depth, step] of path.entries()) {
    if (typeof value !== 'object' || value === null) return { value, path: path.slice(0, depth) };
    value = Object.hasOwn(value, step) ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  }
  return { value, path };
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a group of fields';
  if (typeof value !== 'string') return String(value);
  const letters = [...value];
  return JSON.stringify(letters.length > 60 ? `${letters.slice(0, 59).join('')}…` : value);
}
