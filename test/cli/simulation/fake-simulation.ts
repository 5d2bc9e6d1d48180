import { showSimulation } from '../../../src/cli/simulation/view/view.tsx';
import { untilSignal } from '../../../src/cli/until-signal.ts';
import type { Progress } from '../../../src/simulation/report.ts';
import { sampleProgress } from '../../simulation/sample-progress.ts';

/**
 * A simulation that only pretends, for a terminal: `node --import tsx fake-simulation.ts FROM_S [en|ko]` begins so many seconds after its
 * start, and lasts until 30 s after the last customer. Asked to stop, or told so by a signal, it finishes for a second first. On SIGUSR2 there
 * is an error that nobody expected.
 */
const [from = '0', lang = 'en'] = process.argv.slice(2);
const startedAt = performance.now() - Number(from) * 1_000;
const said: string[] = [];
let stopping = false;
const over = new AbortController();

function stop(): void {
  if (stopping) process.exit(130);
  stopping = true;
  setTimeout(() => over.abort(), 1_000);
}

untilSignal('Stopping.', ['SIGINT', 'SIGTERM', 'SIGHUP'], (line) => said.push(line)).addEventListener('abort', stop);
process.on('SIGUSR2', () => {
  throw new Error('out of the blue');
});

function progress(): Progress {
  const elapsedS = (performance.now() - startedAt) / 1_000;
  if (elapsedS > 120) over.abort();
  const now = sampleProgress({ elapsedS, said });
  if (elapsedS > 37 && said.length === 0)
    said.push('payment: the provider answered 500 twelve times in a row, so it is left alone for 5 s');
  return stopping ? { ...now, stage: { kind: 'draining', name: '' } } : now;
}

await showSimulation({ progress, lang: lang === 'ko' ? 'ko' : 'en', onStop: stop, signal: over.signal });
process.stdout.write(stopping ? 'Stopped early.\n' : 'Over.\n');
