import { resolve } from 'node:path';
import { BaedalError, reasonOf } from '../../errors.ts';
import { startPsp } from '../../psp/server.ts';
import { acquireLock, awaitLock, type ProcessLock } from '../../sqlite/process-lock.ts';
import { UsageError } from '../exit-code.ts';
import { now } from '../open-broker.ts';
import type { FromOwnPsp } from '../own-psp.ts';
import { letGo, onParentGone } from '../parent.ts';
import { printJson, say } from '../print.ts';
import { type KnobFlags, knobsFrom } from '../psp-knobs.ts';
import type { Settings } from '../settings.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = KnobFlags & { port: string; ledger: string };

/** The payment provider could not be started. */
class PspNotStarted extends BaedalError {
  readonly code = 'psp-not-started';
  readonly retry = false;
}

/** `baedal psp` */
export async function psp(settings: Settings, flags: Flags): Promise<void> {
  const port = parsePort(flags.port);
  const knobs = knobsFrom(flags);
  const ledger = resolve(flags.ledger);
  const ended = whenToEnd();
  const lock = await lockOf(ledger, ended);
  if (!lock) return;
  try {
    const { pspKey: secretKey, json } = settings;
    const options = { port, ledger, secretKey, knobs, now, random: Math.random };
    const running = await startPsp(options).catch((error) => {
      throw notStarted(error, port, ledger);
    });
    tellParent({ url: running.url });
    if (json) printJson({ url: running.url, ledger });
    say(`Payment provider at ${running.url}. Its ledger is ${ledger}. Ctrl-C stops it.`);
    await ended;
    await running.close();
  } finally {
    lock.release();
    letGo();
  }
}

/** The first signal, or the end of the parent that started us. */
function whenToEnd(): Promise<void> {
  const signal = untilSignal('Stopping.');
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    onParentGone(resolve);
  });
}

/** A ledger has one writer. Who was started by a parent stands by for it, until `ended`; then nothing comes back. */
async function lockOf(ledger: string, ended: Promise<void>): Promise<ProcessLock | undefined> {
  const path = `${ledger}.lock`;
  const lock = acquireLock(path);
  if (lock) return lock;
  if (!process.send)
    throw new PspNotStarted(
      `Another payment provider has the ledger ${ledger} open. Stop that one, or choose another file with --ledger.`,
    );
  tellParent({ standingBy: true });
  return new Promise((resolve, reject) => {
    const stop = awaitLock(path, resolve);
    ended.then(stop).then(() => resolve(undefined), reject);
  });
}

/** It may be gone meanwhile, which is no reason to fail. */
const tellParent = (message: FromOwnPsp): void => void process.send?.(message, undefined, undefined, () => {});

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`The port must be a whole number from 0 to 65535, not "${text}".`);
  return port;
}

function notStarted(cause: unknown, port: number, ledger: string): PspNotStarted {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === 'ledger-damaged') return new PspNotStarted(reasonOf(cause), { cause });
  if (code === 'EADDRINUSE')
    return new PspNotStarted(
      `Port ${port} is in use. Choose another one with --port, or --port 0 for any that is free.`,
      { cause },
    );
  if (syscall === 'listen')
    return new PspNotStarted(`Port ${port} cannot be used (${reasonOf(cause)}). Choose another one with --port.`, {
      cause,
    });
  return new PspNotStarted(
    `The ledger ${ledger} cannot be used (${reasonOf(cause)}). Give this user permission to read and write it, or choose another file with --ledger.`,
    { cause },
  );
}
