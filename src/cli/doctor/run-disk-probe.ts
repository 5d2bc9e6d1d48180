import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../settings.ts';
import type { DiskFacts, Failures, FromProbe, ToProbe } from './disk-facts.ts';

/** How long the disk may take in all, milliseconds: long enough to read some gigabytes through. */
export const diskWithinMs = 15_000;

export type DiskProbe = {
  /** What is written in the data folder for others, as soon as it is known. */
  place: Promise<DiskFacts['place']>;
  /** All that was found out in time. `late`: whether it was cut short; `said`: what it wrote before it crashed. */
  all: Promise<{ facts: DiskFacts; failures: Failures; late: boolean; said: string }>;
};

/**
 * Looks at the disk from a process of its own, which is gone once this is done, or the time is up.
 * @param settings missing where they cannot be used: then it looks only at what does not depend on them
 */
export function runDiskProbe(settings: Settings | undefined, withinMs = diskWithinMs): DiskProbe {
  // As it is built, or as it is in a test.
  const script = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? './disk-probe.ts' : './disk-probe.js', import.meta.url),
  );
  const child = fork(script, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const facts: DiskFacts = {};
  const failures: Failures = {};
  let said = '';
  let late = false;
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });

  let placeKnown = (_place: DiskFacts['place']) => {};
  const place = new Promise<DiskFacts['place']>((resolve) => {
    placeKnown = resolve;
  });
  child.on('message', (message: FromProbe) => {
    if ('failure' in message) failures[message.topic] = message.failure;
    else Object.assign(facts, { [message.topic]: message.value });
    if (message.topic === 'place') placeKnown(facts.place);
  });
  const all = new Promise<Awaited<DiskProbe['all']>>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      placeKnown(facts.place);
      resolve({ facts, failures, late, said: said.trim() });
    };
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
      // A process that waits for a disk which is away cannot even be killed: it is left behind.
      child.unref();
      child.channel?.unref();
      child.stderr!.destroy();
      end();
    }, withinMs);
    child.once('error', (error) => {
      said += error.message;
      end();
    });
    child.once('close', end);
  });
  child.send({ settings } satisfies ToProbe, () => {}); // where it has gone already, its end is told
  return { place, all };
}
