import type { Answer } from '../src/actors/actor.ts';
import type { Commands } from '../src/actors/messages.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import type { SimLink } from './sim-link.ts';
import type { World } from './world.ts';

/** What somebody asked, and what came of it; without an answer nobody answered in time. */
export type Asked = {
  /** Of the message, so that what came of it can be found by its cause. */
  id: string;
  type: keyof Commands;
  orderId: string;
  content: string;
  /** When it was asked, epoch milliseconds by the true clock. */
  at: number;
  /** Until when it was to be decided, by the same clock; undefined where it does not say. */
  answerBy: number | undefined;
  /** How long somebody waited for the answer, milliseconds. */
  waitMs: number;
  answer: Answer | undefined;
};

/** Whoever waits for so long, milliseconds, must be answered where nothing goes wrong. */
const enoughMs = 10_000;

/** Everything that people asked of the platform. */
export class Requests {
  readonly asked: Asked[] = [];

  constructor(
    private readonly world: World,
    private readonly link: SimLink,
  ) {}

  /** What nothing excuses from being answered: it came when nothing was left of all that went wrong, from somebody who waited. */
  get owedAnAnswer(): Asked[] {
    return this.asked.filter(({ at, waitMs }) => at >= this.world.settledAt && waitMs >= enoughMs);
  }

  /** Asks once, and waits for so long. Without an answer that is what comes of it; this never throws. */
  async ask(type: keyof Commands, orderId: string, data: object, waitMs: number): Promise<Asked> {
    const { world } = this;
    const { lines, answerBy } = data as { lines?: object; answerBy?: number };
    const [id, at] = [world.newId(), world.timeline.now];
    const content = JSON.stringify(lines ?? null);
    const asked: Asked = { id, type, orderId, content, at, answerBy, waitMs, answer: undefined };
    this.asked.push(asked);
    asked.answer = await this.link
      .request({ id, type, key: orderId, at, data } as Envelope, waitMs)
      .catch(() => undefined);
    world.tell(() => `Somebody asked for ${type} of ${orderId} and heard: ${sayingOf(asked.answer)}`);
    return asked;
  }
}

const sayingOf = (answer: Answer | undefined): string =>
  !answer ? 'nothing' : answer.outcome === 'done' ? answer.status : `${answer.code}, ${answer.reason}`;
