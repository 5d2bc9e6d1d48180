import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaedalError } from '../errors.ts';
import { makeFolder } from '../sqlite/make-folder.ts';
import { explained } from '../sqlite/open-database.ts';
import { folderOf } from './open-broker.ts';
import type { Settings } from './settings.ts';

const launcher = fileURLToPath(new URL('../../bin/baedal.js', import.meta.url));

/** Milliseconds it may take to start or to end, and after which one that ended by itself is started again. */
const startWithinMs = 20_000;
const endWithinMs = 2_000;
const againAfterMs = 500;

/** Where our own payment provider writes down what it did, and where others find its address. */
export const ledgerOf = (settings: Settings) => join(folderOf(settings), 'psp-ledger.jsonl');
export const addressFile = (settings: Settings) => join(folderOf(settings), 'psp-address');

/** What the process of our own payment provider tells us: where it is, or that another one has the ledger. */
export type FromOwnPsp = { url: string } | { standingBy: true };

/** The address of the payment provider that `up` started in this data folder, as far as anybody knows. */
export function ownPspAddress(settings: Settings): string | undefined {
  try {
    return readFileSync(addressFile(settings), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Our own payment provider could not be started. */
class OwnPspFailed extends BaedalError {
  readonly code = 'psp-failed';
  readonly retry = true;
}

export type OwnPsp = {
  /** Where it is now. */
  url(): string;
  stop(): Promise<void>;
};

/**
 * Starts a payment provider as a process of its own, with its ledger in the data folder. A data folder has one: where another `up` runs it,
 * ours stands by and takes the ledger over when that is gone. It goes with this process, however that ends.
 * @param onEnd told where it ended by itself, and is being started again
 */
export async function startOwnPsp(settings: Settings, onEnd: (why: string) => void): Promise<OwnPsp> {
  makeFolder(folderOf(settings));
  let own: string | undefined;
  let stopping = false;
  let child: ChildProcess;
  let timer: NodeJS.Timeout | undefined;

  const launch = (): Promise<void> => {
    let said = '';
    const started = spawn(process.execPath, [launcher, 'psp', '--port', '0', '--ledger', ledgerOf(settings)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true, // Ctrl-C is for us: what is in hand still has to be paid
    });
    child = started;
    started.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    return new Promise<void>((resolve, reject) => {
      started.on('message', (message: FromOwnPsp) => {
        if ('standingBy' in message) return resolve();
        own = message.url;
        try {
          publish(addressFile(settings), own);
          resolve();
        } catch (error) {
          reject(explained(addressFile(settings), error));
        }
      });
      started.once('error', reject);
      started.once('exit', () => {
        const why = said.trim() || 'It was ended.';
        reject(new OwnPspFailed(`The payment provider could not be started: ${why}`));
        if (stopping || own === undefined) return;
        onEnd(why);
        timer = setTimeout(() => void launch().catch((error) => onEnd(String(error))), againAfterMs);
      });
    });
  };

  const stop = async () => {
    stopping = true;
    clearTimeout(timer);
    await end(child);
  };
  const tooLong = setTimeout(() => child.kill('SIGKILL'), startWithinMs);
  try {
    await launch();
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(tooLong);
  }
  return { url: () => own ?? ownPspAddress(settings) ?? 'http://127.0.0.1:0', stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
  await exit;
  clearTimeout(force);
}

/** All of it or nothing, for those who read it meanwhile. */
function publish(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}
