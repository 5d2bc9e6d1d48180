import { readFileSync, statSync } from 'node:fs';
import type { Menu } from '../actors/menu.ts';
import { reasonOf } from '../errors.ts';
import { CatalogError } from './catalog-error.ts';
import { type Catalog, catalogSchema } from './catalog-schema.ts';
import { duplicateIds, mistakesIn } from './mistakes.ts';
import { parseYaml } from './parse-yaml.ts';

const largestBytes = 5_000_000;
const msPerMinute = 60_000;

/** Reads a catalogue, such as data/catalog.yaml; the head of that file explains the fields.
 * @throws {CatalogError} the file cannot be read, or has mistakes; it lists them all with their lines */
export function loadCatalog(file: string): Menu {
  const yaml = parseYaml(file, read(file));
  const parsed = catalogSchema.safeParse(yaml.value);
  const mistakes = [...yaml.mistakes, ...mistakesIn(yaml, parsed.error?.issues ?? []), ...duplicateIds(yaml)].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  if (mistakes.length > 0 || !parsed.success) throw new CatalogError(file, mistakes);
  return toMenu(parsed.data);
}

function read(file: string): string {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new CatalogError(file, [{ what: 'this is a directory; name a YAML file in it.' }]);
    if (!stat.isFile()) throw new CatalogError(file, [{ what: 'this is not a regular file; name a YAML file.' }]);
    if (stat.size > largestBytes) {
      const what = `expected a file of at most 5 MB, found ${(stat.size / 1e6).toFixed(1)} MB.`;
      throw new CatalogError(file, [{ what }]);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (thrown) {
    if (thrown instanceof CatalogError) throw thrown;
    throw new CatalogError(file, [{ what: whyUnreadable(thrown) }], thrown);
  }
}

function whyUnreadable(thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file.';
  if (code === 'EACCES' || code === 'EPERM') return 'this file may not be read; change its permissions.';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'this file is not UTF-8 text; save it as UTF-8.';
  return `this file cannot be read: ${reasonOf(thrown)}`;
}

const toMenu = ({ stores }: Catalog): Menu => ({
  stores: stores.map((store) => ({
    storeId: store.id,
    name: store.name,
    autoAccept: store.autoAccept,
    rideMs: toMs(store.rideMinutes),
    items: store.items.map((item) => ({
      itemId: item.id,
      name: item.name,
      priceWon: item.priceWon,
      soldOut: item.soldOut,
      prepMs: toMs(item.prepMinutes ?? store.prepMinutes),
    })),
  })),
});

const toMs = (minutes: number): number => Math.round(minutes * msPerMinute);
