import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { onSignals } from './rabbitmq/on-signals.js';
import { answersAmqp, freePorts } from './rabbitmq/ports.js';
import { startPrivateNode } from './rabbitmq/private.js';
import { findOrInstallServer } from './rabbitmq/server.js';

/**
 * A RabbitMQ to work or test with.
 * @typedef {object} Provided
 * @property {string} url where it listens
 * @property {string} how where it comes from, for people
 * @property {() => Promise<void>} stop ends what was started for it; safe to call twice
 * @property {import('./rabbitmq/node.js').PrivateNode} [node] control over it, where it is a private node
 */

const run = promisify(execFile);
/** Milliseconds a container may take to answer after its start. */
const startPatienceMs = 90_000;

/**
 * Gives a RabbitMQ: the one named by BAEDAL_TEST_AMQP_URL, or a private node of an installed rabbitmq-server,
 * which is installed first as root on Debian, or one in docker.
 * @returns {Promise<Provided>}
 * @throws {Error} none of these ways is open; the message names them all
 */
export async function provideRabbitMq() {
  const given = process.env.BAEDAL_TEST_AMQP_URL;
  if (given) return { url: given, how: 'BAEDAL_TEST_AMQP_URL', stop: async () => {} };
  const server = await findOrInstallServer();
  if (server) {
    const { node, stop } = await startPrivateNode();
    return { url: node.url, how: `a private node of ${server}`, stop, node };
  }
  if (await dockerAnswers()) return startContainer();
  throw new Error(
    'There is no RabbitMQ to use. Open one of these ways: set BAEDAL_TEST_AMQP_URL to the URL of a running one; ' +
      'install rabbitmq-server (3.10 or later); run this as root on Debian or Ubuntu, where it installs it by itself; ' +
      'or start a docker engine.',
  );
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
  /** @type {Promise<void> | undefined} */
  let stopping;
  const stop = () => (stopping ??= remove());
  const remove = async () => {
    await run('docker', ['rm', '-f', container]).catch(() => {});
    stopListening();
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url, how, stop } = await provideRabbitMq();
  console.log(`${url}\nThis is ${how}. Ctrl-C ends it.`);
  const keepAlive = setInterval(() => {}, 1 << 30);
  process.once('beforeExit', stop);
  process.once('exit', () => clearInterval(keepAlive));
}
