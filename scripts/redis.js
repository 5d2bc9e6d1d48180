import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './find-program.js';
import { installWithApt } from './install-with-apt.js';
import { onSignals } from './rabbitmq/on-signals.js';
import { freePorts } from './rabbitmq/ports.js';

/**
 * A Redis of one's own.
 * @typedef {object} PrivateRedis
 * @property {number} port where it listens, on 127.0.0.1
 * @property {string} version
 * @property {() => Promise<void>} stop ends it and removes its folder; safe to call twice
 */

/** Milliseconds it may take to answer after its start, and to end by itself before it is killed. */
const startPatienceMs = 20_000;
const stopPatienceMs = 5_000;

/** What to say where there is none. */
export const noRedis =
  'There is no Redis here. Install redis-server, or run this as root on Debian or Ubuntu, where it installs it by itself.';

/**
 * An installed redis-server. Where there is none it is installed first, as root on Debian.
 * @returns {Promise<string | undefined>} undefined: there is none, and installing it did not work or is not for us
 */
export async function findOrInstallRedis() {
  return (
    findProgram('redis-server') ?? ((await installWithApt('redis-server')) ? findProgram('redis-server') : undefined)
  );
}

/**
 * Starts a private Redis. It ends with this process at the latest.
 * @param {string} server path of redis-server
 * @param {'always' | 'everysec'} appendfsync when what is written is brought to the disk: before it is answered, or once a second
 * @returns {Promise<PrivateRedis>}
 * @throws {Error} it does not start
 */
export async function startPrivateRedis(server, appendfsync) {
  const folder = mkdtempSync(path.join(tmpdir(), 'baedal-redis-'));
  const [port] = await freePorts(1);
  const settings = { port, bind: '127.0.0.1', dir: folder, appendonly: 'yes', appendfsync };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // BullMQ asks for that policy. Detached: a Ctrl-C is for us to pass on.
  const child = spawn(server, [...flags, '--maxmemory-policy', 'noeviction', '--save', ''], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = once(child, 'exit').catch(() => {}); // that it cannot be started shows below

  const atExit = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  /** @type {Promise<void> | undefined} */
  let stopping;
  const stop = () => (stopping ??= end());
  const end = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
    if (child.exitCode === null && child.pid !== undefined) await ended;
    clearTimeout(force);
    process.off('exit', atExit);
    stopListening();
    atExit();
  };
  const stopListening = onSignals(stop);
  process.once('exit', atExit);

  const deadline = Date.now() + startPatienceMs;
  for (;;) {
    const version = await versionAt(port);
    if (version) return { port, version, stop };
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`Redis (${server}) did not start.`);
    }
    await sleep(50);
  }
}

/**
 * The version of the Redis that listens there, once it does.
 * @param {number} port
 * @returns {Promise<string | undefined>}
 */
function versionAt(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('INFO server\r\n'));
    let said = '';
    const end = (/** @type {string | undefined} */ version) => {
      socket.destroy();
      resolve(version);
    };
    socket.setTimeout(2_000, () => end(undefined));
    socket.on('data', (bytes) => {
      said += bytes.toString();
      const [, version] = /^redis_version:(.+?)\r$/m.exec(said) ?? [];
      if (version) end(version);
    });
    socket.once('error', () => end(undefined));
    socket.once('close', () => resolve(undefined));
  });
}
