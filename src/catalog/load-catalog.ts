import type { Menu } from '../actors/menu.ts';
import { readYaml, type YamlKind } from '../yaml/read-yaml.ts';
import { type Catalog, catalogSchema } from './catalog-schema.ts';
import { duplicateIds } from './duplicate-ids.ts';

const msPerMinute = 60_000;

const kind: YamlKind<Catalog> = {
  title: 'The catalogue',
  code: 'bad-catalog',
  expected: '`stores:` and below it the list of stores',
  schema: catalogSchema,
  more: duplicateIds,
};

/** Reads a catalogue, such as data/catalog.yaml; the head of that file explains the fields.
 * @throws {BadFile} the file cannot be read, or has mistakes; it lists them all with their lines */
export const loadCatalog = (file: string): Menu => toMenu(readYaml(file, kind));

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
