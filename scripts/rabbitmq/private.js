import { randomBytes } from 'node:crypto';
import { layGround } from './ground.js';
import { makeNode } from './node.js';
import { findOrInstallServer } from './server.js';

/** @typedef {import('./node.js').PrivateNode} PrivateNode */

const freshName = () => `baedal-${randomBytes(4).toString('hex')}@localhost`;

/**
 * A node of one's own, for whoever means to kill, freeze or reconfigure it.
 * @returns {Promise<{ node: PrivateNode, stop(): Promise<void> }>}
 * @throws {Error} there is no rabbitmq-server to start
 */
export async function startPrivateNode() {
  const { nodes, stop } = await standUp(1);
  return { node: nodes[0], stop };
}

/**
 * A cluster of one's own. A minority of its nodes pauses, so nobody is told anything that the others have not heard.
 * @param {number} [size] default 3
 * @returns {Promise<{ url: string, nodes: PrivateNode[], stop(): Promise<void> }>} the URL names all of them
 * @throws {Error} there is no rabbitmq-server to start
 */
export async function startPrivateCluster(size = 3) {
  const { nodes, stop } = await standUp(size);
  const [first, ...others] = nodes.map(({ url }) => new URL(url));
  return { url: `${first}${others.map(({ host }) => `,${host}`).join('')}`, nodes, stop };
}

/** @param {number} size */
async function standUp(size) {
  const server = await findOrInstallServer();
  if (!server)
    throw new Error('There is no rabbitmq-server here to start a node of our own with. Install it (3.10 or later).');
  const ground = await layGround(server);
  try {
    const names = Array.from({ length: size }, freshName);
    const nodes = [];
    for (const name of names) nodes.push(await makeNode(ground, name, size > 1 ? clusterOf(names) : []));
    // The first one alone: nodes that begin together may each begin a cluster of its own.
    await nodes[0].start();
    await Promise.all(nodes.slice(1).map((node) => node.start()));
    if (size > 1) await nodes[0].ctl('await_online_nodes', String(size));
    return { nodes, stop: ground.stop };
  } catch (failure) {
    await ground.stop();
    throw failure;
  }
}

/** @param {string[]} names */
const clusterOf = (names) => [
  'cluster_partition_handling = pause_minority',
  'cluster_formation.peer_discovery_backend = classic_config',
  ...names.map((name, n) => `cluster_formation.classic_config.nodes.${n + 1} = ${name}`),
];
