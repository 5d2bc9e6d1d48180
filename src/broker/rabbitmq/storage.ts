import { BaedalError } from '../../errors.ts';
import { OutcomeUnknown, Unroutable } from '../errors.ts';
import type { Topology } from '../topology.ts';
import { type Publication, Returned } from './batch.ts';
import type { Attach, Link } from './link.ts';
import { isRouted } from './outgoing.ts';
import type { Publishers } from './publishers.ts';

/** Publishes, and mends what somebody deleted meanwhile. */
export class Storage {
  readonly #topology: Topology;
  readonly #link: Link;
  readonly #publishers: Publishers;
  readonly #declare: Attach;
  #declaring: Promise<void> | undefined;

  constructor(topology: Topology, link: Link, publishers: Publishers, declare: Attach) {
    this.#topology = topology;
    this.#link = link;
    this.#publishers = publishers;
    this.#declare = declare;
  }

  /**
   * Publishes. What comes back because somebody deleted a queue is published once more, after everything was declared anew.
   * @throws {OutcomeUnknown | PublishRefused | Unsendable} as publishers do
   * @throws {Unroutable} the topology has no queue for it, or it came back again
   */
  readonly store = async (publications: readonly Publication[]): Promise<void> => {
    try {
      await this.#publishers.send(publications);
    } catch (thrown) {
      if (!(thrown instanceof Returned)) throw thrown;
      const lost = thrown.publications.find((publication) => !isRouted(this.#topology, publication));
      if (lost) throw new Unroutable(lost.routingKey);
      await this.#redeclare();
      await this.#publishers.send(thrown.publications).catch((again: unknown) => {
        throw again instanceof Returned ? new Unroutable(again.publications[0]!.routingKey) : again;
      });
    }
  };

  #redeclare(): Promise<void> {
    this.#declaring ??= this.#link
      .up()
      .then((generation) => generation.unlessLost(this.#declare(generation)))
      .catch((cause: unknown) => {
        throw cause instanceof BaedalError ? cause : new OutcomeUnknown(cause);
      })
      .finally(() => {
        this.#declaring = undefined;
      });
    return this.#declaring;
  }
}
