import type { Subscription } from '../broker.ts';
import type { BroadcastReader } from './broadcasts.ts';
import { Intake } from './intake.ts';
import type { JournalReader } from './journal.ts';
import type { Link } from './link.ts';

type Taking = Intake | JournalReader | BroadcastReader;

/** Everything that takes messages. */
export class Subscriptions {
  readonly #link: Link;
  /** Also those that were stopped: what they have in hand can still be acked. */
  readonly #taking = new Set<Taking>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** Resolves once it takes. */
  async add(one: Taking): Promise<Subscription> {
    this.#taking.add(one);
    await this.#link.attach(one.attach);
    return { stop: () => one.stop(this.#link) };
  }

  /** Nothing takes any more. */
  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#taking, (one) => one.stop(this.#link)));
  }

  /** Acks what is finished, now. */
  flush(): void {
    for (const one of this.#taking) if (one instanceof Intake) one.flush();
  }
}
