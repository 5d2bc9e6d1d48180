import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Menu } from '../actors/menu.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { makeFolder } from '../sqlite/make-folder.ts';
import { folderOf, now } from './open-broker.ts';
import { type Settings, shippedCatalog } from './settings.ts';

/** The catalogue of the settings, or the one that comes with the program. */
export const catalogOf = (settings: Settings): Menu => loadCatalog(settings.catalog ?? shippedCatalog);

/** Where the menu in service is written for others. */
export const menuFile = (settings: Settings) => join(folderOf(settings), 'menu.json');

/** The menu to show: the one asked for, else the one that was last taken into service here, else the shipped one. */
export function menuInUse(settings: Settings): Menu {
  if (settings.catalog === undefined && existsSync(menuFile(settings)))
    return JSON.parse(readFileSync(menuFile(settings), 'utf8')) as Menu;
  return catalogOf(settings);
}

/** How long the menu is taken to be the same, milliseconds. */
const keptMs = 3_000;

/** The same for whoever asks again and again: it is read anew every few seconds. */
export function menuKept(settings: Settings): () => Menu {
  let kept: { at: number; menu: Menu } | undefined;
  return () => {
    if (!kept || now() - kept.at > keptMs) kept = { at: now(), menu: menuInUse(settings) };
    return kept.menu;
  };
}

/** Lets other commands know which menu is in service. */
export function publishMenu(settings: Settings, menu: Menu): void {
  makeFolder(folderOf(settings));
  const draft = `${menuFile(settings)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(menu), { mode: 0o600 });
  renameSync(draft, menuFile(settings));
}
