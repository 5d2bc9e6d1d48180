import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { reasonOf } from '../errors.ts';
import { BadFile, type FileKind, type Mistake } from './bad-file.ts';
import { mistakesIn } from './mistakes.ts';
import { parseYaml, parseYamlDocuments, type Yaml } from './parse-yaml.ts';

const largestBytes = 5_000_000;

/** How a kind of file is read: the message of each of the schema's issues is what was expected there. */
export type YamlKind<T> = FileKind & {
  schema: z.ZodType<T>;
  /** Mistakes that the schema cannot see. */
  more?(yaml: Yaml): Mistake[];
};

/** Reads a file that somebody wrote.
 * @throws {BadFile} it cannot be read, or has mistakes; it lists them all with their lines */
export const readYaml = <T>(file: string, kind: YamlKind<T>): T =>
  checked(file, kind, [parseYaml(kind, file, read(kind, file))])[0]!;

/** Likewise, a file of several documents with `---` between them, each of which is of this kind.
 * @throws {BadFile} as `readYaml`, with the mistakes of all the documents */
export const readYamlDocuments = <T>(file: string, kind: YamlKind<T>): T[] =>
  checked(file, kind, parseYamlDocuments(kind, file, read(kind, file)));

function checked<T>(file: string, kind: YamlKind<T>, documents: readonly Yaml[]): T[] {
  const parsed = documents.map((yaml) => kind.schema.safeParse(yaml.value));
  const mistakes = documents
    .flatMap((yaml, i) => [
      ...yaml.mistakes,
      ...mistakesIn(yaml, kind.schema, parsed[i]!.error?.issues ?? []),
      ...(kind.more?.(yaml) ?? []),
    ])
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  const good = parsed.flatMap(({ success, data }) => (success ? [data] : []));
  if (mistakes.length > 0 || good.length < documents.length) throw new BadFile(kind, file, mistakes);
  return good;
}

function read(kind: FileKind, file: string): string {
  const bad = (what: string, cause?: unknown) => new BadFile(kind, file, [{ what }], cause);
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw bad('this is a directory; name a YAML file in it.');
    if (!stat.isFile()) throw bad('this is not a regular file; name a YAML file.');
    if (stat.size > largestBytes)
      throw bad(`expected a file of at most 5 MB, found ${(stat.size / 1e6).toFixed(1)} MB.`);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (thrown) {
    if (thrown instanceof BadFile) throw thrown;
    throw bad(whyUnreadable(thrown), thrown);
  }
}

function whyUnreadable(thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file.';
  if (code === 'EACCES' || code === 'EPERM') return 'this file may not be read; change its permissions.';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'this file is not UTF-8 text; save it as UTF-8.';
  return `this file cannot be read: ${reasonOf(thrown)}`;
}
