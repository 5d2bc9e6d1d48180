import type { Broker } from '../../../src/broker/broker.ts';
import { openEmbedded } from '../../../src/broker/embedded/embedded-broker.ts';
import { contractTopology } from '../contract/stage.ts';

/** How the contract suite opens this transport, here and in child processes. */
export const open = ({ folder }: { folder: string }): Promise<Broker> =>
  openEmbedded({ folder, topology: contractTopology('contract'), now: Date.now });
