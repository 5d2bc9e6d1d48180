import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Where an installed program is.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
