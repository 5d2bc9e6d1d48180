import { setTimeout as sleep } from 'node:timers/promises';
import { heal, isolate } from '../scripts/rabbitmq/partition.js';
import type { PrivateNode } from '../scripts/rabbitmq/private.js';
import { topology } from '../src/cli/open-broker.ts';
import { eventually } from '../test/harness/eventually.ts';
import type { Drill, Ground, Report } from './drill.ts';
import { firstPlacedAfter, longestGap } from './promised.ts';
import { allThere, leaderOf } from './replicas.ts';
import { promisesReport, timesOf } from './report.ts';
import { Scene } from './scene.ts';

/** Milliseconds in which orders are placed before and after each fault. */
const calmMs = 3_000;
/** Milliseconds that the cluster is left without one of its nodes. */
const withoutMs = 5_000;
/** Milliseconds until everything is over. A timer that a node was just passing on when it lost its queue is passed on three minutes later. */
const overAfterMs = 300_000;
/** Milliseconds without an order beyond which the platform hangs. */
const hangsAfterMs = 60_000;

/** Takes a node away from the others, and gives it back. */
type Fault = { what: string; make(node: PrivateNode, others: PrivateNode[]): Promise<() => Promise<void>> };

const killed: Fault = {
  what: 'killed',
  make: async (node) => {
    await node.kill('SIGKILL');
    return () => node.start();
  },
};

const cutOff: Fault = {
  what: 'cut off',
  make: async (node, others) => {
    await isolate(node, others);
    return () => heal(node, others);
  },
};

/** Of three RabbitMQs that are one, kills the one that leads, and starts it again. */
export const clusterKilled: Drill<'rounds' | 'rate'> = {
  name: 'cluster-killed',
  what: 'Of a cluster of three RabbitMQs the one that leads is killed with -9 and started again, while orders come.',
  usual: { rounds: 6, rate: 20 },
  run: (length, ground) => takeAway(killed, length, ground),
};

/** Cuts the one that leads off from the other two, and lets it meet them again. */
export const clusterCutOff: Drill<'rounds' | 'rate'> = {
  name: 'cluster-cut-off',
  what: 'Of a cluster of three RabbitMQs the one that leads is cut off from the others for a while, while orders come.',
  usual: { rounds: 6, rate: 20 },
  run: (length, ground) => takeAway(cutOff, length, ground),
};

async function takeAway(
  { what, make }: Fault,
  { rounds, rate }: { rounds: number; rate: number },
  { brokers, say }: Ground,
): Promise<Report> {
  const { url, nodes } = await brokers.cluster();
  const scene = await Scene.open(url);
  try {
    await scene.up();
    const { namespace } = scene.settings;
    const queues = await allThere(nodes, namespace);
    // In turn: that of the orders, that of the payments, and the journal.
    const { queues: work, journal } = topology(scene.settings);
    const led = [...work.filter(({ actor }) => ['order', 'payment'].includes(actor)), journal];
    const customers = await scene.customers({ rate, patienceMs: 60_000 });
    const gaps: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await sleep(calmMs);
      const node = await leaderOf(led[round % led.length]!.name, nodes);
      const others = nodes.filter((one) => one !== node);
      const from = Date.now();
      const undo = await make(node, others);
      await sleep(withoutMs);
      // Before it is back: two of three must do.
      await eventually(() => firstPlacedAfter(customers.record, from + withoutMs) ?? null, { withinMs: hangsAfterMs });
      await undo();
      await allThere([...others, node], namespace);
      const gap = longestGap(customers.record, from, Date.now());
      gaps.push(gap);
      say(`round ${round + 1} of ${rounds}, the leader ${what}: at most ${gap} ms without an order placed`);
    }
    await sleep(calmMs);
    const record = await customers.leave();
    const { figures, broken } = promisesReport(record, await scene.verdict(record, overAfterMs));
    const count = (of: string, is: number) => ({ what: of, is, unit: '' });
    return {
      figures: [
        count('queues on all three nodes', queues),
        count(`leaders ${what}`, rounds),
        ...figures,
        ...timesOf('longest gap in placing around each', gaps),
        { what: 'longest gap in placing of all', is: Math.max(...gaps), unit: 'ms' },
      ],
      broken,
    };
  } finally {
    await scene.close();
  }
}
