import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { addTo, emptySurvey, type Range, type Survey } from './survey.ts';

/** Seeds that a process is given at a time. */
const share = 100;

type Said = { survey: Survey } | { failure: string };

/**
 * Surveys a range of seeds in several processes, each seed in one thread.
 * @param onProgress told how many are done, and how many of them failed
 * @param signal stops it; what is done by then is what there is
 * @throws what went wrong with the simulator itself
 */
export async function surveyAtOnce(
  { from, count }: Range,
  processes: number,
  onProgress: (done: Survey) => void,
  signal: AbortSignal,
): Promise<Survey> {
  const all = emptySurvey();
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  let next = from;
  const script = fileURLToPath(new URL('./seed-worker.ts', import.meta.url));
  const work = async () => {
    const worker = fork(script, { execArgv: ['--import', 'tsx'] });
    try {
      while (next < from + count && !ended.aborted) {
        const range = { from: next, count: Math.min(share, from + count - next) };
        next += range.count;
        addTo(all, await surveyedBy(worker, range, ended));
        onProgress(all);
      }
    } catch (error) {
      failed.abort(); // the others need not survey all that is left before anybody hears of it
      throw error;
    } finally {
      worker.kill('SIGKILL'); // it has nothing that could be lost
    }
  };
  await Promise.all(Array.from({ length: Math.min(processes, Math.ceil(count / share)) }, work));
  all.failures.sort((a, b) => a.seed - b.seed);
  return all;
}

function surveyedBy(worker: ChildProcess, range: Range, signal: AbortSignal): Promise<Survey> {
  return new Promise((resolve, reject) => {
    const stop = () => settle(() => resolve(emptySurvey()));
    const onExit = () => settle(() => reject(new Error(`The process for the seeds from ${range.from} on died.`)));
    const onMessage = (said: Said) =>
      settle(() => ('survey' in said ? resolve(said.survey) : reject(new Error(said.failure))));
    const settle = (how: () => void) => {
      worker.off('exit', onExit);
      worker.off('message', onMessage);
      signal.removeEventListener('abort', stop);
      how();
    };
    worker.on('exit', onExit);
    worker.on('message', onMessage);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    else worker.send(range);
  });
}
