import { reasonOf } from '../../errors.ts';
import { BrokerRefused } from '../errors.ts';
import { redactUrl } from './broker-url.ts';
import { connectGeneration } from './connect.ts';
import type { Generation } from './generation.ts';

/** Where a RabbitMQ is reached: the nodes of a cluster, any of which will do. */
export class Addresses {
  readonly #urls: readonly string[];
  /** Which one is next. The first time any: so that not everybody is at the same node. */
  #next: number;

  /** @param urls as `connectUrls` made them */
  constructor(urls: readonly string[]) {
    this.#urls = urls;
    this.#next = Math.floor(Math.random() * urls.length);
  }

  /**
   * Connects to the first that lets us, of all, beginning behind the one that was tried last: the one that was lost comes last.
   * @param patienceMs milliseconds for all together; each is left its share of what is left
   * @throws {BrokerRefused} wrong user, password or virtual host, which no other node takes either
   */
  async connect(patienceMs: number, signal: AbortSignal): Promise<Generation> {
    const deadline = performance.now() + patienceMs;
    const failures: unknown[] = [];
    for (let left = this.#urls.length; left > 0; left--) {
      signal.throwIfAborted();
      const url = this.#urls[this.#next]!;
      this.#next = (this.#next + 1) % this.#urls.length;
      try {
        return await connectGeneration(url, redactUrl(url), (deadline - performance.now()) / left);
      } catch (cause) {
        if (cause instanceof BrokerRefused) throw cause;
        failures.push(cause);
      }
    }
    if (failures.length === 1) throw failures[0];
    const reasons = new Set(failures.map(reasonOf).sort()); // told the same, whichever was tried first
    throw new Error([...reasons].join('; '), { cause: failures });
  }
}
