import type { Topology } from '../../src/broker/topology.ts';
import type { Target } from './stranger.ts';
import { pick, type Random } from './weird.ts';

/** Everywhere that a message can be put, the work queues most often. */
export function targetsOf(topology: Topology): (random: Random) => Target {
  const queues = topology.queues.map(({ name }) => name);
  const routes = [...new Set([...topology.queues.flatMap((queue) => queue.routes), ...topology.journal.routes])];
  return (random) => {
    const where = random();
    if (where < 0.35) return { kind: 'queue', queue: pick(random, queues) };
    if (where < 0.6) return { kind: 'route', route: pick(random, routes) };
    if (where < 0.7) return { kind: 'delayed', queue: pick(random, queues) };
    return { kind: pick(random, ['dead-letters', 'journal', 'replies', 'telemetry'] as const) };
  };
}
