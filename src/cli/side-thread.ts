import { parentPort, workerData } from 'node:worker_threads';
import { BaedalError, reasonOf } from '../errors.ts';
import { startSide } from './side.ts';
import type { SidePlan } from './side-plan.ts';

/** What this thread tells the one that started it. */
export type FromThread =
  | { kind: 'up' | 'stopped' }
  | { kind: 'failed'; code: string; reason: string; retry: boolean }
  | { kind: 'problem'; problem: Parameters<Parameters<typeof startSide>[1]>[0] };

/** What it is told: to stop, with the milliseconds that it has. */
export type ToThread = { stopWithinMs: number };

const port = parentPort!;
const tell = (message: FromThread) => port.postMessage(message);
const failed = (error: unknown) => {
  const { code, retry } = error instanceof BaedalError ? error : { code: 'thread-failed', retry: false };
  tell({ kind: 'failed', code, reason: reasonOf(error), retry });
};

try {
  const side = await startSide(workerData as SidePlan, (problem) => tell({ kind: 'problem', problem }));
  port.once('message', ({ stopWithinMs }: ToThread) => {
    side
      .stop(stopWithinMs)
      .then(() => tell({ kind: 'stopped' }), failed)
      .finally(() => port.close());
  });
  tell({ kind: 'up' });
} catch (error) {
  failed(error);
  port.close();
}
