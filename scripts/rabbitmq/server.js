import { existsSync } from 'node:fs';
import path from 'node:path';
import { installWithApt } from '../install-with-apt.js';

/**
 * The start script of an installed rabbitmq-server. Where there is none it is installed first, as root on Debian.
 * @returns {Promise<string | undefined>} undefined: there is none, and installing it did not work or is not for us
 */
export async function findOrInstallServer() {
  // Where it cannot be installed, docker may still answer.
  return findServer() ?? ((await installWithApt('rabbitmq-server')) ? findServer() : undefined);
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
