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

/** Waits until every node has every queue of this namespace, up to date or catching up. @returns how many queues there are */
export async function allThere(nodes: readonly PrivateNode[], namespace: string): Promise<number> {
  return eventually(
    async () => {
      const queues = (await replicatedAt(nodes[0]!)).filter(({ name }) => name.startsWith(`${namespace}.`));
      const lacking = queues.find(({ online }) => online.length < nodes.length);
      if (lacking) throw new Error(`Of ${lacking.name} only ${lacking.online} have a replica online.`);
      return queues.length;
    },
    { withinMs: 90_000, everyMs: 500 },
  );
}
