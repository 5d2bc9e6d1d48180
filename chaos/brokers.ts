import { type PrivateNode, startPrivateCluster, startPrivateNode } from '../scripts/rabbitmq/private.js';
import { type Provided, provideRabbitMq } from '../scripts/rabbitmq.js';
import { closing } from './closing.ts';
import type { BrokerKind } from './drill.ts';

type OwnCluster = { url: string; nodes: PrivateNode[]; stop(): Promise<void> };
type OwnNode = { url: string; node: PrivateNode; stop(): Promise<void> };

/** The brokers that drills run on. A RabbitMQ is started when the first one asks for it, and all share it. */
export class Brokers {
  #own: Promise<OwnNode> | undefined;
  #cluster: Promise<OwnCluster> | undefined;
  #any: Promise<Provided> | undefined;
  /** Stops those that were started here. Safe to call twice. */
  readonly stop = closing(() => this.#stop());

  /** @param startNode starts a RabbitMQ that may be ill-treated; default a private node */
  constructor(private readonly startNode: typeof startPrivateNode = startPrivateNode) {}

  /** The address of a broker that nobody does anything to. */
  async url(kind: BrokerKind): Promise<string> {
    if (kind === 'embedded') return 'sqlite:';
    const own = await this.#own?.catch(() => undefined); // who asked for it has been told; there may be another one to use
    if (own) return own.url;
    this.#any ??= provideRabbitMq();
    return (await this.#any).url;
  }

  /** A RabbitMQ that may be killed, frozen and told things. @throws {Error} there is none, and what to do */
  async node(): Promise<OwnNode> {
    this.#own ??= this.startNode().then(({ node, stop }) => ({ url: node.url, node, stop }));
    return this.#own;
  }

  /** Three RabbitMQs that are one, and the address that names all of them. @throws {Error} there is none, and what to do */
  async cluster(): Promise<OwnCluster> {
    this.#cluster ??= startPrivateCluster();
    return this.#cluster;
  }

  async #stop(): Promise<void> {
    const started = await Promise.allSettled([this.#own, this.#cluster, this.#any]);
    for (const one of started) if (one.status === 'fulfilled') await one.value?.stop();
  }
}
