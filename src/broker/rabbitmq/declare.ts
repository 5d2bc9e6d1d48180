import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from 'amqplib';
import { BrokerRefused, OtherHome, TopologyDrift } from '../errors.ts';
import type { Topology } from '../topology.ts';
import type { Generation } from './generation.ts';

/** Messages a queue holds before it refuses more, so that a consumer that is away fills no disk. */
const maxLength = 1_000_000;
/** Deliveries before the broker itself gives a message up. Always explicit: releases differ in what they assume. */
const deliveryLimit = 20;
/** Dead letters are never given up: people decide on them. As good as unlimited; -1 means something else on 3.10. */
const deadLetterDeliveryLimit = 1_000_000;
/** How far back a read model can be rebuilt from the journal: what is older than this, or beyond this size, is trimmed. */
const journalMaxAge = '90D';
const journalMaxBytes = 10_000_000_000;
/** Trimming goes by whole segments, so they are well below the size above. */
const journalSegmentBytes = 100_000_000;

export const messagesExchange = (topology: Topology): string => `${topology.prefix}.messages`;
export const repliesExchange = (topology: Topology): string => `${topology.prefix}.replies`;
/** What is broadcast, to whoever has a queue bound to it just now. */
export const telemetryExchange = (topology: Topology): string => `${topology.prefix}.telemetry`;
/** Both the exchange and the queue of one rung of the delay ladder. */
export const rungName = (topology: Topology, rungMs: number): string => `${topology.prefix}.delay.${rungMs}`;

type Declarations = {
  exchanges: { name: string; type: 'direct' | 'fanout' }[];
  queues: { name: string; arguments: Record<string, string | number | boolean> }[];
  bindings: { queue: string; exchange: string; key: string }[];
};

/** Everything the broker must hold, as plain data. */
export function declarationsOf(topology: Topology): Declarations {
  const messages = messagesExchange(topology);
  const quorum = { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', 'x-max-length': maxLength } as const;
  const rungs = topology.delaysMs.map((rungMs) => ({ name: rungName(topology, rungMs), rungMs }));
  const bind = ({ name, routes }: { name: string; routes: string[] }) =>
    routes.map((key) => ({ queue: name, exchange: messages, key }));
  return {
    exchanges: [
      { name: messages, type: 'direct' },
      { name: repliesExchange(topology), type: 'direct' },
      { name: telemetryExchange(topology), type: 'fanout' },
      ...rungs.map(({ name }) => ({ name, type: 'fanout' as const })),
    ],
    queues: [
      {
        name: topology.deadLetters,
        arguments: { ...quorum, 'x-single-active-consumer': true, 'x-delivery-limit': deadLetterDeliveryLimit },
      },
      ...topology.queues.map(({ name }) => ({
        name,
        arguments: {
          ...quorum,
          'x-single-active-consumer': true,
          'x-delivery-limit': deliveryLimit,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': topology.deadLetters,
          'x-dead-letter-strategy': 'at-least-once',
        },
      })),
      // No dead-letter routing key: what expires keeps its own, which is the name of the work queue it is for.
      ...rungs.map(({ name, rungMs }) => ({
        name,
        arguments: {
          ...quorum,
          'x-message-ttl': rungMs,
          'x-dead-letter-exchange': '',
          'x-dead-letter-strategy': 'at-least-once',
        },
      })),
      {
        name: topology.journal.name,
        arguments: {
          'x-queue-type': 'stream',
          'x-max-age': journalMaxAge,
          'x-max-length-bytes': journalMaxBytes,
          'x-stream-max-segment-size-bytes': journalSegmentBytes,
        },
      },
    ],
    bindings: [
      ...topology.queues.flatMap(bind),
      ...bind(topology.journal),
      ...rungs.map(({ name }) => ({ queue: name, exchange: name, key: '' })),
    ],
  };
}

/** An exchange that is there once exactly these declarations have been made and have settled. */
export function readyFlag(topology: Topology): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(declarationsOf(topology)))
    .digest('hex')
    .slice(0, 8);
  return `${topology.prefix}.ready.${hash}`;
}

/**
 * Makes sure that the broker holds the topology. Where something was missing it waits `settleMs` afterwards:
 * what a queue confirms in its first moments can be lost when the broker is killed.
 * @param mode `all` declares everything and so notices drift; `if-missing` asks for the ready flag only
 * @throws {TopologyDrift} something is there with other settings
 * @param home names the data folder of those who host the actors; the first one that hosts has the queues for good
 * @throws {OtherHome} they belong to another
 * @throws {BrokerRefused} the user may not declare
 */
export async function declareTopology(
  generation: Generation,
  topology: Topology,
  {
    mode,
    settleMs,
    redactedUrl,
    home,
  }: { mode: 'all' | 'if-missing'; settleMs: number; redactedUrl: string; home?: string },
): Promise<void> {
  const flag = readyFlag(topology);
  const flagged = await holds(generation, (channel) => channel.checkExchange(flag));
  if (flagged && mode === 'if-missing') return;
  const declarations = declarationsOf(topology);
  const complete =
    flagged &&
    (await holds(generation, async (channel) => {
      for (const { name } of declarations.queues) await channel.checkQueue(name);
    }));
  if (home !== undefined) await claimFor(home, generation, topology, redactedUrl);
  const channel = await generation.openAside('consuming');
  try {
    await declareAll(channel, declarations);
    if (!complete) await sleep(settleMs);
    await channel.assertExchange(flag, 'direct', { durable: true });
    await channel.close();
  } catch (thrown) {
    throw explained(thrown, redactedUrl);
  }
}

/** The exchange that says whose the topology is. */
export const homeMark = (topology: Topology): string => `${topology.prefix}.home`;

/**
 * Marks the topology as that of the actors who keep their data at `home`, or finds that it is somebody else's. The mark is an exchange's
 * alternate exchange, which nothing is ever published to: one of the few arguments that the broker holds a declaration against.
 */
async function claimFor(home: string, generation: Generation, topology: Topology, redactedUrl: string): Promise<void> {
  const channel = await generation.openAside('consuming');
  try {
    const alternateExchange = `${homeMark(topology)}.${home}`;
    await channel.assertExchange(homeMark(topology), 'fanout', { durable: true, alternateExchange });
    await channel.close();
  } catch (thrown) {
    throw codeOf(thrown) === 406 ? new OtherHome(redactedUrl, thrown) : explained(thrown, redactedUrl);
  }
}

async function declareAll(channel: Channel, { exchanges, queues, bindings }: Declarations): Promise<void> {
  for (const { name, type } of exchanges) await channel.assertExchange(name, type, { durable: true });
  for (const { name, arguments: args } of queues) await channel.assertQueue(name, { durable: true, arguments: args });
  for (const { queue, exchange, key } of bindings) await channel.bindQueue(queue, exchange, key);
}

/** Asks on a channel of its own, since the answer "no" closes the channel. */
export async function holds(generation: Generation, ask: (channel: Channel) => Promise<unknown>): Promise<boolean> {
  const channel = await generation.openAside('consuming');
  try {
    await ask(channel);
  } catch (thrown) {
    if (codeOf(thrown) === 404) return false;
    throw thrown;
  }
  await channel.close();
  return true;
}

function explained(thrown: unknown, redactedUrl: string): unknown {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (codeOf(thrown) === 403) return new BrokerRefused(redactedUrl, text, thrown);
  if (codeOf(thrown) !== 406) return thrown;
  // PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'baedal.v1.order.0' in vhost '/': received ...
  const [, arg, kind, name] = /arg '([^']*)' for (\w+) '([^']*)'/.exec(text) ?? [];
  return new TopologyDrift(name ? `${kind} ${name} (${arg})` : text, thrown);
}

/** The AMQP reply code of an error, where it has one. */
export const codeOf = (thrown: unknown): number | undefined => (thrown as { code?: number } | undefined)?.code;
