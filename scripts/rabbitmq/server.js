import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The start script of an installed rabbitmq-server. Where there is none it is installed first, as root on Debian.
 * @returns {Promise<string | undefined>} undefined: there is none, and installing it did not work or is not for us
 */
export async function findOrInstallServer() {
  return findServer() ?? (await installServer());
}

/** The real start script comes first: the wrapper in /usr/sbin changes user and folder by itself. */
function findServer() {
  const folders = [
    '/usr/lib/rabbitmq/bin',
    ...(process.env.PATH ?? '').split(':'),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/sbin',
  ];
  return folders.map((folder) => path.join(folder, 'rabbitmq-server')).find((file) => existsSync(file));
}

async function installServer() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'rabbitmq-server'], { env, maxBuffer: 64 << 20 });
  } catch {
    return undefined; // offline, say: docker may still answer
  }
  return findServer();
}
