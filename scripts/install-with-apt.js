import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.js';

const run = promisify(execFile);

/**
 * Installs a package, as root on Debian or Ubuntu. Several at once wait for each other, which apt does not.
 * @param {string} name
 * @returns {Promise<boolean>} false: it did not work, or is not for us
 */
export async function installWithApt(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await withLock(
      path.join(tmpdir(), 'baedal-apt.lock'),
      () => {},
      async () => {
        await run('apt-get', ['update'], { env });
        await run('apt-get', ['install', '-y', '--no-install-recommends', name], { env, maxBuffer: 64 << 20 });
      },
    );
    return true;
  } catch {
    return false; // offline, say
  }
}
