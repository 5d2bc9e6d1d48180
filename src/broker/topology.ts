import { commandTypes, eventTypes, type MessageType } from '../actors/messages.ts';

/** One work queue: what one actor of one partition takes. */
export type WorkQueue = { name: string; actor: string; partition: number; routes: string[] };

/** Every queue and every route, computed from the handler tables. Changing what a queue is means raising `version`. */
export type Topology = {
  /** Keeps several platforms apart on one broker. Default `baedal`. */
  namespace: string;
  /** In front of every name: `<namespace>.v<version>`. */
  prefix: string;
  partitions: number;
  queues: WorkQueue[];
  journal: { name: string; routes: string[] };
  deadLetters: string;
  /** Delays that the broker can do in one go, milliseconds, ascending. */
  delaysMs: readonly number[];
};

const version = 1;
const delaysMs = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
] as const;

/** All that a queue needs to know of an actor: its name, and the message types that it handles. */
type Subscriber = { name: string; on: object };

/** @param partitions how many queues each actor's orders are spread over, default 1 */
export function topologyOf(actors: readonly Subscriber[], namespace = 'baedal', partitions = 1): Topology {
  const prefix = `${namespace}.v${version}`;
  const travelling = new Set<string>([...commandTypes, ...eventTypes]);
  const each = Array.from({ length: partitions }, (_, partition) => partition);
  return {
    namespace,
    prefix,
    partitions,
    queues: actors.flatMap((actor) =>
      each.map((partition) => ({
        name: `${prefix}.${actor.name}.${partition}`,
        actor: actor.name,
        partition,
        routes: Object.keys(actor.on)
          .filter((type) => travelling.has(type))
          .map((type) => `${type}.${partition}`),
      })),
    ),
    journal: {
      name: `${prefix}.journal`,
      routes: each.flatMap((partition) => eventTypes.map((type) => `${type}.${partition}`)),
    },
    deadLetters: `${prefix}.dead-letters`,
    delaysMs,
  };
}

/** The queues that people want to know the depth of: the work queues and that of the dead letters. */
export const countedQueues = (topology: Topology): { queue: string; actor: string; partition: number }[] => [
  ...topology.queues.map(({ name, actor, partition }) => ({ queue: name, actor, partition })),
  { queue: topology.deadLetters, actor: 'dead letters', partition: 0 },
];

/** The routing key of a message: `<type>.<partition>`. */
export const routeOf = (topology: Topology, type: MessageType, key: string): string =>
  `${type}.${partitionOf(key, topology.partitions)}`;

/** Which partition an order belongs to: FNV-1a, 32 bits, of its id, modulo the number of partitions. */
export function partitionOf(key: string, partitions: number): number {
  if (partitions === 1) return 0;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % partitions;
}

/** The longest delay of the ladder that does not overshoot; the shortest one where all do. Climbed until the time has come. */
export function rungFor(topology: Topology, delayMs: number): number {
  const [shortest = 100] = topology.delaysMs;
  return topology.delaysMs.findLast((rung) => rung <= delayMs) ?? shortest;
}
