import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BaedalError } from '../../errors.ts';
import { environment } from '../settings.ts';

const launcher = fileURLToPath(new URL('../../../bin/baedal.js', import.meta.url));

/** Milliseconds that a process may take to be up, and to end once it is asked to. */
const upWithinMs = 60_000;
const endWithinMs = 15_000;
/** Characters of what it said that are kept, for who wants to know why it ended. */
const mostSaid = 2_000;

/** A process of the platform did not start, or ended by itself. */
export class ChildFailed extends BaedalError {
  readonly code = 'process-failed';
  readonly retry = true;
}

export type ChildOptions = {
  args: readonly string[];
  /** Laid over our own environment. */
  env: Record<string, string>;
  /** It is up once it says a line that begins so. */
  upLine: string;
  /** Told each line that it says on stderr, without those that only say that it is up. */
  onLine(line: string): void;
  /** Told where it ends without having been asked to. */
  onEnd(why: string): void;
};

/** A `baedal` process of ours, which ends when we do. */
export class Child {
  readonly #process: ChildProcess;
  #said = '';
  #asked = false;

  private constructor(private readonly options: ChildOptions) {
    this.#process = spawn(process.execPath, [launcher, ...options.args], {
      env: { ...environment(), ...options.env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true, // Ctrl-C is for us: what is in hand is to be finished first
    });
  }

  /** Starts one, and waits until it is up. @throws {ChildFailed} */
  static async start(options: ChildOptions): Promise<Child> {
    const child = new Child(options);
    await child.#up();
    return child;
  }

  /** Asks it to end, and waits for that; where it takes too long it is killed. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#asked = true;
    const { exitCode, signalCode, pid } = this.#process;
    if (exitCode !== null || signalCode !== null || pid === undefined) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    const force = setTimeout(() => this.#process.kill('SIGKILL'), endWithinMs);
    await ended;
    clearTimeout(force);
  }

  #up(): Promise<void> {
    const { args, upLine, onLine, onEnd } = this.options;
    let isUp = false;
    return new Promise((resolve, reject) => {
      const failed = (why: string) => new ChildFailed(`\`baedal ${args[0]}\` could not be started: ${why}`);
      const tooLong = setTimeout(() => {
        reject(failed(`it was not up within ${upWithinMs / 1_000} s. ${this.#said}`));
        void this.kill();
      }, upWithinMs);
      let rest = '';
      this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-mostSaid);
        const lines = (rest + text).split('\n');
        rest = lines.pop()!;
        for (const line of lines) {
          if (this.#asked) continue; // that it stops is no news
          if (isUp) onLine(line);
          else if (line.startsWith(upLine)) {
            isUp = true;
            clearTimeout(tooLong);
            resolve();
          }
        }
      });
      this.#process.once('error', (error) => reject(failed(error.message)));
      this.#process.once('exit', (code, signal) => {
        clearTimeout(tooLong);
        const why = this.#said.trim() || `it ended with ${signal ?? code}.`;
        if (!isUp) reject(failed(why));
        else if (!this.#asked) onEnd(`\`baedal ${args.join(' ')}\` ended with ${signal ?? code}: ${why}`);
      });
    });
  }
}
