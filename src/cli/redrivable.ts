import { unpack } from '../broker/codec.ts';
import type { Envelope } from '../broker/envelope.ts';
import type { Topology, WorkQueue } from '../broker/topology.ts';
import type { DeadLetterView } from '../readmodel/list-dead-letters.ts';
import { redriveWithinMs } from './outcomes-kept.ts';

/**
 * The message of a dead letter and where it goes, or why it cannot be redriven, in a sentence.
 * @param at now, epoch milliseconds
 */
export function redrivable(
  letter: Pick<DeadLetterView, 'queue' | 'body' | 'at'>,
  topology: Topology,
  at: number,
): { envelope: Envelope; queue: WorkQueue } | { refusal: string } {
  const queue = topology.queues.find(({ name }) => name === letter.queue);
  if (!queue)
    return { refusal: `It cannot be redriven: "${letter.queue}" is no queue of an actor. Discard it once it is read.` };
  const [part, ...others] = unpack(letter.body);
  if (!part || !('envelope' in part) || others.length > 0) {
    const why = part && 'problem' in part ? part.problem.message : 'The body is not one message.';
    return {
      refusal: `It cannot be redriven, as it is no message that this version reads. ${why.replace(/\.?$/, '.')} Discard it instead.`,
    };
  }
  if (at - letter.at > redriveWithinMs) {
    const days = Math.round(redriveWithinMs / 86_400_000);
    return {
      refusal: `It cannot be redriven: it was given up more than ${days} days ago, and nobody remembers any more whether it was handled. Discard it, and do by hand what it asked for.`,
    };
  }
  return { envelope: part.envelope, queue };
}
