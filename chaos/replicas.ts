import type { PrivateNode } from '../scripts/rabbitmq/private.js';
import { eventually } from '../test/harness/eventually.ts';

/** One replicated queue, or stream, as the cluster sees it. */
type Replicated = { name: string; leader: string; online: string[] };

/** Asks the cluster by one of its nodes what it holds replicated. */
async function replicatedAt(node: PrivateNode): Promise<Replicated[]> {
  const said = await node.ctl('list_queues', 'name', 'leader', 'online', '--formatter', 'json');
  const all = JSON.parse(said) as { name: string; leader?: string; online?: string[] }[];
  return all.flatMap(({ name, leader, online }) => (leader && online ? [{ name, leader, online }] : []));
}

/** The node that leads this queue. @throws {Error} nobody does, for a long while */
export async function leaderOf(queue: string, nodes: readonly PrivateNode[]): Promise<PrivateNode> {
  return eventually(
    async () => {
      const found = (await replicatedAt(nodes[0]!)).find(({ name }) => name === queue);
      return nodes.find(({ name }) => name === found?.leader) ?? null;
    },
    { withinMs: 60_000, everyMs: 500 },
  ) as Promise<PrivateNode>;
}

/** A queue that some nodes do not have. */
class Lacking extends Error {
  constructor(
    { name, online }: Replicated,
    readonly nodes: readonly PrivateNode[],
  ) {
    super(`Of ${name} only ${online} have a replica online.`);
  }
}

/**
 * Waits until every node has every queue of this namespace, up to date or catching up. RabbitMQ 3.10 may leave a stream without the replica
 * of a node that came back; then that node is started again, as its operator would.
 * @returns how many queues there are
 */
export async function allThere(nodes: readonly PrivateNode[], namespace: string): Promise<number> {
  const look = async () => {
    const queues = (await replicatedAt(nodes[0]!)).filter(({ name }) => name.startsWith(`${namespace}.`));
    const lacking = queues.find(({ online }) => online.length < nodes.length);
    if (!lacking) return queues.length;
    throw new Lacking(
      lacking,
      nodes.filter(({ name }) => !lacking.online.includes(name)),
    );
  };
  try {
    return await eventually(look, { withinMs: 40_000, everyMs: 500 });
  } catch (error) {
    if (!(error instanceof Lacking)) throw error;
    console.log(`${error.message} The others are started again.`);
    for (const node of error.nodes) {
      await node.ctl('stop_app');
      await node.ctl('start_app');
    }
    return await eventually(look, { withinMs: 60_000, everyMs: 500 });
  }
}
