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
const second = 1_000;
const minute = 60 * second;
/** Round ones, as people and settings choose them; each at most twice the one before. */
const delaysMs = [
  ...[100, 150, 200, 300, 500, 700],
  ...[1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30].map((n) => n * second),
  ...[1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 60].map((n) => n * minute),
];

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

/**
 * The rung of the ladder to wait on next: the shortest that is long enough, where it makes the message late by `slackMs` at most, and else
 * the longest that does not overshoot, or the shortest of all. Climbed until the time has come.
 */
export function rungFor({ delaysMs }: Topology, delayMs: number, slackMs: number): number {
  const enough = delaysMs.find((rung) => rung >= delayMs);
  if (enough !== undefined && enough - delayMs <= slackMs) return enough;
  return delaysMs.findLast((rung) => rung <= delayMs) ?? delaysMs[0]!;
}
