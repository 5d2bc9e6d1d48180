import type { Answer } from '../../actors/actor.ts';
import type { Envelope } from '../envelope.ts';
import { OutcomeUnknown, RequestTimedOut } from '../errors.ts';
import type { Topology } from '../topology.ts';
import type { Link } from './link.ts';
import { Replies } from './replies.ts';
import { RequestParcels } from './request-parcels.ts';
import type { Storage } from './storage.ts';

/** Milliseconds until a request is published again that was not confirmed. */
const askAgainMs = 500;

/** Messages that somebody waits for an answer to. */
export class Requests {
  readonly #link: Link;
  readonly #parcels: RequestParcels;
  readonly #replies: Replies;
  /** How to fail those that wait. */
  readonly #asking = new Set<(cause: unknown) => void>();
  #listens: Promise<void> | undefined;

  constructor(topology: Topology, now: () => number, link: Link, storage: Storage) {
    this.#link = link;
    this.#parcels = new RequestParcels(topology, now, storage.store);
    this.#replies = new Replies(topology);
  }

  /**
   * Publishes it in each generation until an answer comes.
   * @param timeoutMs milliseconds to wait in all
   * @throws {RequestTimedOut} none came
   */
  ask(envelope: Envelope, timeoutMs: number): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const { replyTo, forget } = this.#replies.expect((answer) => end(() => resolve(answer)));
      const asking = { ...envelope, replyTo };
      let again: NodeJS.Timeout | undefined;
      let mayBeStored = false;
      const post = async () => {
        if (!this.#asking.has(fail)) return;
        clearTimeout(again); // of the generation before, which had not come to it
        try {
          await this.#parcels.store(asking);
        } catch (cause) {
          mayBeStored ||= cause instanceof OutcomeUnknown;
          // Nobody is told "not taken" of a request that an earlier copy may still bring in.
          if (!mayBeStored) fail(cause);
          else if (this.#asking.has(fail) && this.#link.current) again = setTimeout(post, askAgainMs);
        }
      };
      // In each generation anew: the answer may have gone by while nobody listened.
      const attach = async () => void post();
      const fail = (cause: unknown) => end(() => reject(cause));
      const end = (settle: () => void) => {
        clearTimeout(timer);
        clearTimeout(again);
        forget();
        this.#link.detach(attach);
        this.#asking.delete(fail);
        settle();
      };
      const timer = setTimeout(() => fail(new RequestTimedOut(timeoutMs)), timeoutMs);
      this.#asking.add(fail);
      this.#listens ??= this.#link.attach(this.#replies.attach);
      this.#listens
        .then(() => {
          if (this.#asking.has(fail)) return this.#link.attach(attach);
        })
        .catch(fail);
    });
  }

  /** Fails all that wait. */
  fail(cause: unknown): void {
    for (const fail of this.#asking) fail(cause);
  }
}
