import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A catalogue of the user's own: other stores, other prices, other names. Everything takes a minute, which is 0.1 s at 600 ×. */
export function ownCatalog(folder: string, { autoAccept = true } = {}): string {
  const file = join(folder, 'my-stores.yaml');
  writeFileSync(
    file,
    `stores:
  - id: noodle-bar
    name: { ko: 면사랑, en: Noodle Bar }
    autoAccept: ${autoAccept}
    prepMinutes: 1
    rideMinutes: 1
    items:
      - { id: udon, name: { ko: 우동, en: Udon }, priceWon: 7700 }
      - { id: soba, name: { ko: 소바, en: Soba }, priceWon: 8800 }
      - { id: tempura, name: { ko: 튀김, en: Tempura }, priceWon: 5500, soldOut: true }
`,
  );
  return file;
}
