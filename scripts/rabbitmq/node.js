import { execFile, spawn } from 'node:child_process';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { answersAmqp, freePorts } from './ports.js';

/**
 * A node that can be killed, frozen, told things, and started again over the same data.
 * @typedef {object} PrivateNode
 * @property {string} name as Erlang knows it
 * @property {string} url where it listens
 * @property {() => number | undefined} pid process id of the running node
 * @property {(signal?: NodeJS.Signals) => Promise<void>} kill ends the node, by default with SIGKILL, and waits until it is gone
 * @property {() => Promise<void>} start starts it again and waits until it answers
 * @property {(...words: string[]) => Promise<string>} ctl what rabbitmqctl says to these words, about this node
 */

const run = promisify(execFile);
/** Milliseconds a node may take to answer after its start. */
const startPatienceMs = 90_000;
/** Milliseconds a node may take to end by itself before it is killed. */
const stopPatienceMs = 15_000;
/** Milliseconds rabbitmqctl may take. */
const ctlPatienceMs = 60_000;

/**
 * Makes a node, which is not started yet.
 * @param {import('./ground.js').Ground} ground what it stands on, and goes with
 * @param {string} name
 * @param {string[]} [configuration] lines for its rabbitmq.conf
 * @returns {Promise<PrivateNode>}
 */
export async function makeNode(ground, name, configuration = []) {
  const folder = path.join(ground.folder, name);
  const [port, distPort] = await freePorts(2);
  await layOut(folder, [`listeners.tcp.1 = 127.0.0.1:${port}`, ...configuration], ground.owner);
  const env = environment(ground, name, folder, distPort);
  const as = { env, ...ground.owner };
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let script;
  /** @type {number | undefined} */
  let beam;

  const start = async () => {
    const child = spawn(ground.server, [], { ...as, cwd: folder, stdio: 'ignore', detached: true });
    script = child;
    child.on('error', () => {});
    const deadline = Date.now() + startPatienceMs;
    while (!(await answersAmqp(port))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`RabbitMQ did not start.\n${await tailOfLog(folder)}`);
      await sleep(200);
    }
    beam = Number(await readFile(path.join(folder, 'pid'), 'utf8'));
  };

  /** @param {NodeJS.Signals} signal */
  const kill = async (signal = 'SIGKILL') => {
    const pid = beam;
    const child = script;
    if (pid === undefined) {
      child?.kill('SIGTERM');
      return;
    }
    send(pid, signal);
    const deadline = Date.now() + stopPatienceMs;
    while (alive(pid)) {
      if (Date.now() > deadline) send(pid, 'SIGKILL');
      await sleep(25);
    }
    beam = undefined;
    child?.kill('SIGTERM'); // the script waits for the node only; it has nothing more to do
  };

  const endNow = () => {
    if (beam !== undefined) send(beam, 'SIGKILL');
    script?.kill('SIGTERM');
  };
  ground.add({ end: () => kill('SIGTERM'), endNow });

  const rabbitmqctl = path.join(path.dirname(ground.server), 'rabbitmqctl');
  const ctl = async (/** @type {string[]} */ ...words) => {
    const { stdout } = await run(rabbitmqctl, ['--quiet', ...words], { ...as, cwd: folder, timeout: ctlPatienceMs });
    return stdout.trim();
  };
  return { name, url: `amqp://guest:guest@127.0.0.1:${port}`, pid: () => beam, kill, start, ctl };
}

/**
 * @param {string} folder
 * @param {string[]} configuration
 * @param {{ uid: number, gid: number } | undefined} owner
 */
async function layOut(folder, configuration, owner) {
  const files = {
    'rabbitmq.conf': [
      ...configuration,
      'disk_free_limit.absolute = 50MB',
      'raft.wal_max_size_bytes = 134217728',
      'log.file.level = warning',
      '',
    ].join('\n'),
    'rabbitmq-env.conf': '',
    'advanced.config': '[].\n',
    enabled_plugins: '[].\n',
  };
  const folders = ['', 'data', 'log', 'config'];
  for (const sub of folders) await mkdir(path.join(folder, sub));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  if (!owner) return;
  for (const name of [...folders, ...Object.keys(files)]) await chown(path.join(folder, name), owner.uid, owner.gid);
}

/**
 * @param {import('./ground.js').Ground} ground
 * @param {string} name
 * @param {string} folder
 * @param {number} distPort
 */
function environment(ground, name, folder, distPort) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('RABBITMQ_')));
  return {
    ...inherited,
    HOME: ground.folder, // where the Erlang cookie is
    USER: userInfo().username,
    ERL_EPMD_PORT: String(ground.epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_CONF_ENV_FILE: path.join(folder, 'rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: path.join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path.join(folder, 'advanced.config'),
    RABBITMQ_GENERATED_CONFIG_DIR: path.join(folder, 'config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: path.join(folder, 'data'),
    RABBITMQ_LOG_BASE: path.join(folder, 'log'),
    RABBITMQ_PID_FILE: path.join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
}

/** @param {string} folder */
async function tailOfLog(folder) {
  const { stdout } = await run('sh', ['-c', 'tail -n 30 "$0"/log/*.log', folder]).catch(() => ({ stdout: '(no log)' }));
  return stdout;
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // gone already
  }
}

/** @param {number} pid */
const alive = (pid) => send(pid, 0);
