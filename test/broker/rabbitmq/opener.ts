import type { Broker } from '../../../src/broker/broker.ts';
import { openRabbitMq } from '../../../src/broker/rabbitmq/rabbitmq-broker.ts';
import { contractTopology } from '../contract/stage.ts';

/** How the contract suite opens this transport, here and in child processes. */
export const open = ({ url, namespace }: { url: string; namespace: string }): Promise<Broker> =>
  openRabbitMq({ url, topology: contractTopology(namespace), now: Date.now, settleMs: 0 });
