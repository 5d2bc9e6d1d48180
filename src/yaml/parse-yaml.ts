import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  visit,
} from 'yaml';
import { reasonOf } from '../errors.ts';
import { BadFile, type FileKind, type Mistake } from './bad-file.ts';

/** Where something stands; both count from 1. */
export type Position = { line: number; column: number };

/** A YAML document as plain values, and where in the file each of them stands. */
export type Yaml = {
  readonly value: unknown;
  /** Keys given twice: YAML forbids them, and the rest of the file can still be checked. */
  readonly mistakes: Mistake[];
  /** Where the value at `path` stands, or the group it is missing from. */
  readonly positionOf: (path: readonly PropertyKey[]) => Position;
  /** Where the key `key` of the group at `path` stands. */
  readonly positionOfKey: (path: readonly PropertyKey[], key: string) => Position;
};

type ReadOptions = { lineCounter: LineCounter; prettyErrors: false; uniqueKeys: false };

/** More than any such file needs, and too few to blow a small file up in memory. */
const mostAliases = 100;
const tooManyAliases = 'its aliases (*name) repeat too much; write the values out';

/** `stores[0].items[2].priceWon` */
export const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

/** Reads `text` as one YAML document.
 * @throws {BadFile} it is empty or is not YAML */
export const parseYaml = (kind: FileKind, file: string, text: string): Yaml =>
  read(kind, file, (options) => [parseDocument(text, options)])[0]!;

/** Reads `text` as the YAML documents that `---` divides it into, without those that say nothing. Positions are those of the whole file.
 * @throws {BadFile} all of it is empty, or it is not YAML */
export const parseYamlDocuments = (kind: FileKind, file: string, text: string): Yaml[] =>
  read(kind, file, (options) => [...parseAllDocuments(text, options)]);

function read(kind: FileKind, file: string, parse: (options: ReadOptions) => Document[]): Yaml[] {
  const bad = (mistakes: Mistake[], cause?: unknown) => new BadFile(kind, file, mistakes, cause);
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const documents = parse({ lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const broken = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    if (broken.some((error) => error.message.includes('call stack'))) throw new RangeError();
    if (broken.length > 0) {
      const mistakes = broken.map((error) => ({ ...at(error.pos[0]), what: `this is not YAML: ${error.message}.` }));
      throw bad(mistakes);
    }
    const said = documents.filter(
      ({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null),
    );
    if (said.length === 0) {
      throw bad([{ what: `this file is empty; expected ${kind.expected}.` }]);
    }
    const lost = said.flatMap((document) => aliasesOfNothing(document, at));
    if (lost.length > 0) throw bad(lost);
    return said.map((document) => yamlOf(document, at));
  } catch (thrown) {
    if (thrown instanceof BadFile) throw thrown;
    // The parser throws for aliases beyond the limit, and overflows the stack for thousands of nested brackets.
    const why =
      thrown instanceof RangeError
        ? 'it is nested too deeply'
        : reasonOf(thrown).replace(/^Excessive alias.*/, tooManyAliases);
    throw bad([{ what: `this YAML cannot be used: ${why}.` }], thrown);
  }
}

const yamlOf = (document: Document, at: (offset: number) => Position): Yaml => ({
  value: document.toJS({ maxAliasCount: mostAliases }),
  mistakes: keysGivenTwice(document.contents, [], at),
  positionOf: (path) => at(startOf(follow(document, path))),
  positionOfKey: (path, key) => at(startOf(pairOf(follow(document, path), key)?.key ?? follow(document, path))),
});

/** The node at `path`, or the deepest one on the way there. */
function follow(document: Document, path: readonly PropertyKey[]): unknown {
  let node: unknown = document.contents;
  for (const step of path) {
    const next = isSeq(node) ? node.items[Number(step)] : pairOf(node, String(step))?.value;
    const resolved = isAlias(next) ? next.resolve(document) : next;
    if (!isNode(resolved)) break;
    node = resolved;
  }
  return node;
}

/** The last of the pairs with this key, as it is the one whose value counts. */
const pairOf = (node: unknown, key: string) =>
  isMap(node) ? node.items.findLast((pair) => keyText(pair.key) === key) : undefined;

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

/** Aliases without an anchor before them. */
function aliasesOfNothing(document: Document, at: (offset: number) => Position): Mistake[] {
  const anchors = new Set<string>();
  const lost: Mistake[] = [];
  visit(document, {
    Node(_key, node) {
      if (!isAlias(node)) anchors.add(node.anchor ?? '');
      else if (!anchors.has(node.source)) {
        lost.push({
          ...at(startOf(node)),
          what: `nothing before it is marked &${node.source}, so *${node.source} has no meaning.`,
        });
      }
    },
  });
  return lost;
}

function keysGivenTwice(node: unknown, path: readonly PropertyKey[], at: (offset: number) => Position): Mistake[] {
  if (!isCollection(node)) return [];
  const first = new Map<string, Position>();
  return node.items.flatMap((entry, index): Mistake[] => {
    if (!isPair(entry)) return keysGivenTwice(entry, [...path, index], at);
    const key = keyText(entry.key);
    const here = at(startOf(entry.key));
    const inside = [...path, key];
    const before = first.get(key);
    if (!before) first.set(key, here);
    const twice = before
      ? [{ ...here, field: fieldName(inside), what: `given twice; the first is on line ${before.line}.` }]
      : [];
    return [...twice, ...keysGivenTwice(entry.value, inside, at)];
  });
}
