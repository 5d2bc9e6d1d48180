import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder for one test. It goes with `remove`, and at the latest with this process. */
export type TempFolder = {
  readonly path: string;
  readonly file: (...parts: string[]) => string;
  readonly remove: () => void;
};

/** @param parent where to make it, default the system's folder for temporary files */
export function tempFolder(parent = tmpdir()): TempFolder {
  const path = mkdtempSync(join(parent, 'baedal-test-'));
  const remove = () => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', remove);
  return { path, file: (...parts) => join(path, ...parts), remove };
}
