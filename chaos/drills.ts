import { brokerKilled } from './broker-killed.ts';
import { crashPointsDrill } from './crash-points.ts';
import type { Drill } from './drill.ts';
import { fuzzCommands } from './fuzz-commands.ts';
import { fuzzMessages } from './fuzz-messages.ts';

/** Every drill there is, in the order in which they are run. A new one is added here. */
// biome-ignore lint/suspicious/noExplicitAny: each says by `usual` what its length is made of, and is given just that
export const drills: readonly Drill<any>[] = [brokerKilled, crashPointsDrill, fuzzMessages, fuzzCommands];
