import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Installs a package, as root on Debian or Ubuntu.
 * @param {string} name
 * @returns {Promise<boolean>} false: it did not work, or is not for us
 */
export async function installWithApt(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', name], { env, maxBuffer: 64 << 20 });
    return true;
  } catch {
    return false; // offline, say
  }
}
