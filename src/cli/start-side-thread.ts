import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { BaedalError, reasonOf } from '../errors.ts';
import { type Side, startSide } from './side.ts';
import type { Problem, SidePlan } from './side-plan.ts';
import type { FromThread, ToThread } from './side-thread.ts';

/**
 * Room for what is new, megabytes, of which Node has 48 by default. What is in hand under load would fill that while it is still in use, and be
 * copied to and fro by the garbage collector until it is done with. Only as much of it is taken as is needed.
 */
const youngMb = 192;

/** The other thread could not start, or could not go on. */
class ThreadFailed extends BaedalError {
  constructor(
    readonly code: string,
    readonly retry: boolean,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * As `startSide`, in a thread of its own.
 * @param say told each line that the thread prints; default: they go to stderr
 */
export async function startSideThread(
  plan: SidePlan,
  onProblem: (problem: Problem) => void,
  say?: (line: string) => void,
): Promise<Pick<Side, 'stop'>> {
  // A thread of Node 20 cannot load what has not been built; then everything shares this one.
  if (import.meta.url.endsWith('.ts')) return startSide(plan, onProblem);
  const thread = new Worker(new URL('./side-thread.js', import.meta.url), {
    workerData: plan,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    stderr: say !== undefined,
  });
  if (say) createInterface(thread.stderr).on('line', say);
  let stopping = false;
  let ended = false;
  let onSettled: (failure?: unknown) => void = () => {};
  const settled = () =>
    new Promise<void>((resolve, reject) => {
      onSettled = (failure) => (failure ? reject(failure) : resolve());
    });
  const fail = (failure: unknown) => {
    onSettled(failure);
    if (!stopping) onProblem({ actor: 'listening thread', kind: 'fatal', reason: reasonOf(failure) });
  };
  thread.on('error', fail);
  thread.on('exit', () => {
    ended = true;
    fail(new ThreadFailed('thread-failed', true, 'The listening thread ended unexpectedly.'));
  });
  thread.on('message', (message: FromThread) => {
    if (message.kind === 'problem') onProblem(message.problem);
    else if (message.kind === 'failed') onSettled(new ThreadFailed(message.code, message.retry, message.reason));
    else onSettled();
  });
  try {
    await settled();
  } catch (failure) {
    stopping = true;
    throw failure;
  }
  return {
    stop: async (graceMs) => {
      stopping = true;
      if (ended) return; // as it has said
      const stopped = settled();
      thread.postMessage({ stopWithinMs: graceMs } satisfies ToThread);
      await stopped;
    },
  };
}
