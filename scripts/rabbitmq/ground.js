import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { onSignals } from './on-signals.js';
import { freePorts } from './ports.js';

/**
 * What private nodes stand on, one or several that form a cluster: a folder, an Erlang cookie, and an epmd of their own.
 * @typedef {object} Ground
 * @property {string} server path of the start script
 * @property {string} folder everything is below it
 * @property {string} cookie the secret by which the nodes know each other
 * @property {number} epmdPort
 * @property {{ uid: number, gid: number } | undefined} owner whom the nodes run as, where that is another user than ours
 * @property {(node: Standing) => void} add a node that is to go with the ground
 * @property {() => Promise<void>} stop ends the nodes, then epmd, and removes the folder; safe to call twice
 *
 * @typedef {object} Standing
 * @property {() => Promise<void>} end lets it shut down
 * @property {() => void} endNow ends it at once, and waits for nothing
 */

const run = promisify(execFile);

/**
 * Lays the ground. It is also cleared when this process ends, whichever way.
 * @param {string} server path of the start script
 * @returns {Promise<Ground>}
 */
export async function layGround(server) {
  const owner = await ownerOfNodes();
  const folder = await mkdtemp(path.join(tmpdir(), 'baedal-rabbitmq-'));
  const [epmdPort] = await freePorts(1);
  const cookie = randomBytes(16).toString('hex');
  const cookieFile = path.join(folder, '.erlang.cookie');
  await writeFile(cookieFile, cookie);
  await chmod(cookieFile, 0o400);
  if (owner) for (const file of [folder, cookieFile]) await chown(file, owner.uid, owner.gid);

  // Our own epmd, in the foreground: otherwise a node leaves a daemon behind. Detached: a Ctrl-C is for us to pass on.
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], {
    env: { ...process.env, ERL_EPMD_PORT: String(epmdPort), ERL_EPMD_ADDRESS: '127.0.0.1' },
    ...owner,
    stdio: 'ignore',
    detached: true,
  });
  epmd.on('error', () => {}); // the nodes will say that they cannot start

  /** @type {Standing[]} */
  const nodes = [];
  /** @type {Promise<void> | undefined} */
  let stopping;
  const atExit = () => {
    for (const node of nodes) node.endNow();
    epmd.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const stop = () => (stopping ??= clear());
  const clear = async () => {
    await Promise.all(nodes.map((node) => node.end()));
    process.off('exit', atExit);
    stopListening();
    atExit();
  };
  const stopListening = onSignals(stop);
  process.once('exit', atExit);
  return { server, folder, cookie, epmdPort, owner, add: (node) => nodes.push(node), stop };
}

/** As root the nodes run as user rabbitmq, where there is one; their folder must belong to it. */
async function ownerOfNodes() {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'rabbitmq']), run('id', ['-g', 'rabbitmq'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
