import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/**
 * A RabbitMQ to work or test with.
 * @typedef {object} Provided
 * @property {string} url where it listens
 * @property {string} how where it comes from, for people
 * @property {() => Promise<void>} stop ends what was started for it; safe to call twice
 * @property {PrivateNode} [node] control over it, where it is a private node
 *
 * For fault tests: a node that can be killed and started again over the same data.
 * @typedef {object} PrivateNode
 * @property {() => number | undefined} pid process id of the running node
 * @property {(signal?: NodeJS.Signals) => Promise<void>} kill ends the node, by default with SIGKILL, and waits until it is gone
 * @property {() => Promise<void>} start starts it again and waits until it answers
 * @property {(...args: string[]) => Promise<string>} ctl runs `rabbitmqctl ARGS` on it; what that printed
 */

const run = promisify(execFile);
/** Milliseconds a node may take to answer after its start. */
const startPatienceMs = 90_000;
/** Milliseconds a node may take to end by itself before it is killed. */
const stopPatienceMs = 15_000;

/**
 * Gives a RabbitMQ: the one named by BAEDAL_TEST_AMQP_URL, or a private node of an installed rabbitmq-server,
 * which is installed first as root on Debian, or one in docker.
 * @returns {Promise<Provided>}
 * @throws {Error} none of these ways is open; the message names them all
 */
export async function provideRabbitMq() {
  const given = process.env.BAEDAL_TEST_AMQP_URL;
  if (given) return { url: given, how: 'BAEDAL_TEST_AMQP_URL', stop: async () => {} };
  const server = findServer() ?? (await installServer());
  if (server) return startPrivateNode(server);
  if (await dockerAnswers()) return startContainer();
  throw new Error(
    'There is no RabbitMQ to use. Open one of these ways: set BAEDAL_TEST_AMQP_URL to the URL of a running one; ' +
      'install rabbitmq-server (3.10 or later); run this as root on Debian or Ubuntu, where it installs it by itself; ' +
      'or start a docker engine.',
  );
}

/**
 * Gives a node of our own, which may be killed, frozen and told things, whatever BAEDAL_TEST_AMQP_URL says.
 * @returns {Promise<Provided & { node: PrivateNode }>}
 * @throws {Error} no rabbitmq-server is installed, and none could be
 */
export async function providePrivateNode() {
  const server = findServer() ?? (await installServer());
  if (server) return startPrivateNode(server);
  throw new Error(
    'This needs a RabbitMQ of its own that it may kill; neither BAEDAL_TEST_AMQP_URL nor docker will do. ' +
      'Install rabbitmq-server (3.10 or later), or run this as root on Debian or Ubuntu, where it installs it by itself.',
  );
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

/**
 * @param {string} server path of the start script
 * @returns {Promise<Provided & { node: PrivateNode }>}
 */
async function startPrivateNode(server) {
  const owner = await ownerOfNode();
  const folder = await mkdtemp(path.join(tmpdir(), 'baedal-rabbitmq-'));
  const [port, distPort, epmdPort] = await freePorts(3);
  await layOut(folder, port, owner);
  const env = environment(folder, distPort, epmdPort);
  const as = owner ? { uid: owner.uid, gid: owner.gid } : {};

  // Our own epmd, in the foreground: otherwise the node leaves a daemon behind. Detached: a Ctrl-C is for us to pass on.
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], {
    env,
    ...as,
    stdio: 'ignore',
    detached: true,
  });
  epmd.on('error', () => {});
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let script;
  /** @type {number | undefined} */
  let beam;
  let stopped = false;

  const start = async () => {
    script = spawn(server, [], { env, ...as, cwd: folder, stdio: 'ignore', detached: true });
    const child = script;
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

  const ctl = async (/** @type {string[]} */ ...args) => {
    const { stdout } = await run(path.join(path.dirname(server), 'rabbitmqctl'), args, { env, ...as, cwd: folder });
    return stdout;
  };

  const atExit = () => {
    if (beam !== undefined) send(beam, 'SIGKILL');
    script?.kill('SIGTERM');
    epmd.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await kill('SIGTERM');
    process.off('exit', atExit);
    stopListening();
    atExit();
  };
  const stopListening = onSignals(stop);
  process.once('exit', atExit);

  try {
    await start();
  } catch (failure) {
    await stop();
    throw failure;
  }
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    how: `a private node of ${server}`,
    stop,
    node: { pid: () => beam, kill, start, ctl },
  };
}

/** As root the node runs as user rabbitmq, where there is one; its folder must belong to it. */
async function ownerOfNode() {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'rabbitmq']), run('id', ['-g', 'rabbitmq'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @param {number} port
 * @param {{ uid: number, gid: number } | undefined} owner
 */
async function layOut(folder, port, owner) {
  const files = {
    'rabbitmq.conf': [
      `listeners.tcp.1 = 127.0.0.1:${port}`,
      'disk_free_limit.absolute = 50MB',
      'raft.wal_max_size_bytes = 134217728',
      'log.file.level = warning',
      '',
    ].join('\n'),
    'rabbitmq-env.conf': '',
    'advanced.config': '[].\n',
    enabled_plugins: '[].\n',
  };
  for (const sub of ['data', 'log', 'config']) await mkdir(path.join(folder, sub));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  if (!owner) return;
  for (const name of ['', 'data', 'log', 'config', ...Object.keys(files)])
    await chown(path.join(folder, name), owner.uid, owner.gid);
}

/**
 * @param {string} folder
 * @param {number} distPort
 * @param {number} epmdPort
 */
function environment(folder, distPort, epmdPort) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RABBITMQ_')));
  return {
    ...inherited,
    HOME: folder, // its own Erlang cookie
    USER: userInfo().username,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `baedal-${randomBytes(4).toString('hex')}@localhost`,
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

async function dockerAnswers() {
  try {
    await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** @returns {Promise<Provided>} */
async function startContainer() {
  const [port] = await freePorts(1);
  const image = 'rabbitmq:4';
  const { stdout } = await run('docker', ['run', '--rm', '-d', '-p', `127.0.0.1:${port}:5672`, image], {
    timeout: 300_000,
  });
  const container = stdout.trim();
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    stopListening();
    await run('docker', ['rm', '-f', container]).catch(() => {});
  };
  const stopListening = onSignals(stop);
  const deadline = Date.now() + startPatienceMs;
  while (!(await answersAmqp(port))) {
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`RabbitMQ did not start in docker (${image}).`);
    }
    await sleep(300);
  }
  return { url: `amqp://guest:guest@127.0.0.1:${port}`, how: `docker, ${image}`, stop };
}

/**
 * Stops first when a signal ends this process. Returns how to undo it.
 * @param {() => Promise<void>} stop
 */
function onSignals(stop) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const undo = () => {
    for (const signal of signals) process.off(signal, end);
  };
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    stop().finally(() => {
      undo();
      process.kill(process.pid, signal);
    });
  };
  for (const signal of signals) process.once(signal, end);
  return undo;
}

/**
 * Ports nobody listens on; all are held until the last one is known, so they differ.
 * @param {number} count
 */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
      return server;
    }),
  );
  const ports = servers.map((server) => /** @type {net.AddressInfo} */ (server.address()).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Whether something greets in AMQP there. The port alone says little: docker opens it before the broker is up.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answersAmqp(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1')));
    const end = (/** @type {boolean} */ answered) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once('data', (bytes) => end(bytes[0] === 1)); // a method frame: Connection.Start
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url, how, stop } = await provideRabbitMq();
  console.log(`${url}\nThis is ${how}. Ctrl-C ends it.`);
  const keepAlive = setInterval(() => {}, 1 << 30);
  process.once('beforeExit', stop);
  process.once('exit', () => clearInterval(keepAlive));
}
