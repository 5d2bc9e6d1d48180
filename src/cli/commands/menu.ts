import { closest } from '../../actors/closest.ts';
import { Refused } from '../../client/errors.ts';
import { menuInUse } from '../menu-in-use.ts';
import { print, printJson } from '../print.ts';
import type { Settings } from '../settings.ts';
import { named, span, table, won } from '../show.ts';

/** `baedal menu [store]` */
export async function menu(settings: Settings, _flags: object, storeId?: string): Promise<void> {
  const { stores } = menuInUse(settings);
  const { lang, json } = settings;
  if (storeId === undefined) {
    if (json) return printJson(stores);
    const rows = stores.map((store) => [
      store.storeId,
      named(store.name, lang),
      String(store.items.length),
      store.autoAccept ? 'autopilot' : 'by hand',
      span(store.rideMs),
    ]);
    print(table(['STORE', 'NAME', 'ITEMS', 'ACCEPTS', 'RIDE'], rows, [2]));
    return;
  }
  const store = stores.find((store) => store.storeId === storeId);
  if (!store) {
    const meant = closest(
      storeId,
      stores.map((store) => store.storeId),
    );
    const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new Refused('unknown-store', `There is no store "${storeId}".${hint} See \`baedal menu\`.`);
  }
  if (json) return printJson(store);
  print(`${named(store.name, lang)} (${store.storeId})`);
  const rows = store.items.map((item) => [
    item.itemId,
    named(item.name, lang),
    won(item.priceWon),
    span(item.prepMs),
    item.soldOut ? (lang === 'ko' ? '품절' : 'sold out') : '',
  ]);
  print(table(['ITEM', 'NAME', 'WON', 'TAKES', ''], rows, [2]));
}
