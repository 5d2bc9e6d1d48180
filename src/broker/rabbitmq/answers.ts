import type { Message } from 'amqplib';
import type { Answer } from '../../actors/actor.ts';
import { asAnswer } from '../answer.ts';
import type { Topology } from '../topology.ts';
import { repliesExchange } from './declare.ts';
import type { LossyChannel } from './lossy-channel.ts';

/** An answer, and which request of the one who asked it belongs to. */
export type Addressed = { correlationId: string; answer: Answer };

/** Sends answers away: those that are given in one go to the same address travel together. */
export class AnswerSender {
  readonly #exchange: string;
  readonly #channel: LossyChannel;
  #waiting = new Map<string, Addressed[]>();

  constructor(topology: Topology, channel: LossyChannel) {
    this.#exchange = repliesExchange(topology);
    this.#channel = channel;
  }

  /** It is forgotten where sending is not possible now: whoever asked asks again. */
  send(replyTo: string, answer: Answer): void {
    const [address, correlationId] = replyTo.split('/');
    if (
      !address ||
      !correlationId ||
      Math.max(...[address, correlationId].map((part) => Buffer.byteLength(part))) > 255
    )
      return; // no request of ours asks to be answered there
    if (this.#waiting.size === 0) queueMicrotask(this.#flush);
    const together = this.#waiting.get(address);
    if (together) together.push({ correlationId, answer });
    else this.#waiting.set(address, [{ correlationId, answer }]);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [address, together] of waiting) {
      const [{ correlationId, answer }, ...more] = together as [Addressed, ...Addressed[]];
      if (more.length > 0) this.#channel.send(this.#exchange, address, Buffer.from(JSON.stringify(together)));
      else this.#channel.send(this.#exchange, address, Buffer.from(JSON.stringify(answer)), { correlationId });
    }
  };
}

/** The answers in what came. Somebody else may have written anything. */
export function answersIn({ content, properties }: Message): Addressed[] {
  let said: unknown;
  try {
    said = JSON.parse(content.toString());
  } catch {
    return [];
  }
  const all = Array.isArray(said) ? said : [{ correlationId: properties.correlationId, answer: said }];
  return all.flatMap((one: Partial<Addressed> | null) => {
    const answer = asAnswer(one?.answer);
    return answer ? [{ correlationId: String(one?.correlationId), answer }] : [];
  });
}
