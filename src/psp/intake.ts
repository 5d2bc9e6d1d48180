import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, refusal } from './answer.ts';
import { type Idempotency, noClaim } from './idempotency.ts';
import type { Counts } from './knobs.ts';
import type { Fate, Load } from './load.ts';

export type Asked = {
  path: string;
  /** Whether it changes something. */
  writes: boolean;
  idempotencyKey?: string;
  body: unknown;
};

/** `hold` the connection without an answer, or `cut` it. */
export type Outcome = Answer | 'hold' | 'cut';

type Surroundings = {
  load: Load;
  idempotency: Idempotency;
  counts: Counts;
  /** How long one that hangs is in hand, before it is done, milliseconds. */
  hungForMs: number;
  /** The provider closes: what waits is not done. */
  closing: AbortSignal;
};

const busy = refusal(503, 'SERVICE_BUSY', 'There are too many requests. Ask again in a second.');
const failed = refusal(500, 'PROVIDER_ERROR', 'Something went wrong. Ask again later.');
const notWritten = (why: unknown): Answer =>
  refusal(500, 'FAILED_INTERNAL_SYSTEM_PROCESSING', `It could not be written down: ${(why as Error).message}`);

/** Takes requests in as a busy provider does. What a request asks for is done whether or not its client waits for the answer. */
export class Intake {
  constructor(private readonly around: Surroundings) {}

  async serve(asked: Asked, work: () => Promise<Answer>): Promise<Outcome> {
    const { load, idempotency, counts } = this.around;
    counts.asked += 1;
    const seat = load.enter(asked.writes);
    if (!seat) {
      counts.turnedAway += 1;
      return busy;
    }
    try {
      const { path, idempotencyKey, body } = asked;
      const claim = idempotencyKey === undefined ? noClaim : idempotency.claim(path, idempotencyKey, body);
      if ('instead' in claim) return claim.instead;
      try {
        const answer = await this.#answer(seat.fate, seat.latencyMs, async () => claim.earlier ?? work());
        if (answer.status < 500) claim.keep(answer);
        return outcomes[seat.fate](answer);
      } finally {
        claim.letGo();
      }
    } catch (error) {
      if (this.around.closing.aborted) return 'cut';
      counts.failed += 1;
      return seat.fate === 'hung' ? 'hold' : notWritten(error);
    } finally {
      load.leave();
    }
  }

  async #answer(fate: Fate, latencyMs: number, work: () => Promise<Answer>): Promise<Answer> {
    const { counts, hungForMs, closing } = this.around;
    if (fate !== 'answered') counts[fate] += 1;
    const waitMs = fate === 'hung' ? hungForMs : latencyMs;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: closing });
    return fate === 'failed' ? failed : work();
  }
}

const outcomes: Record<Fate, (answer: Answer) => Outcome> = {
  answered: (answer) => answer,
  failed: (answer) => answer,
  hung: () => 'hold',
  lost: () => 'cut',
};
