import { brokerFrozen } from './broker-frozen.ts';
import { brokerKilled } from './broker-killed.ts';
import { cluster } from './cluster.ts';
import { crashPoints } from './crash-points.ts';
import { diskFull } from './disk-full.ts';
import type { Drill } from './drill.ts';
import { fuzzCommands } from './fuzz-commands.ts';
import { fuzzMessages } from './fuzz-messages.ts';
import { memoryAlarm } from './memory-alarm.ts';
import { memorySlope } from './memory-slope.ts';

/** Every drill there is, in the order in which they are run. A new one is added here. */
// biome-ignore lint/suspicious/noExplicitAny: each says by `usual` what its length is made of, and is given just that
export const drills: readonly Drill<any>[] = [
  brokerKilled,
  brokerFrozen,
  cluster,
  crashPoints,
  diskFull,
  memoryAlarm,
  fuzzMessages,
  fuzzCommands,
  memorySlope,
];
