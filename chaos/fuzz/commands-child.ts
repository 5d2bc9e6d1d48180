import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.ts';

/** Milliseconds that a command line may take, beyond those after which the process itself says that it is late; and that a start may take. */
const withinMs = 90_000;

/** Runs command lines one after the other in a process of its own. Where that ends or hangs, which is an outcome too, the next has a new one. */
export class CommandsChild {
  #child: ChildProcess | undefined;

  /** @param script what answers `ready`, and then each command line with its outcome; default the commands of baedal */
  constructor(
    private readonly cwd: string,
    private readonly env: Record<string, string>,
    private readonly script = fileURLToPath(new URL('commands-process.ts', import.meta.url)),
  ) {
    process.once('exit', this.close);
  }

  /** @throws {Error} the process cannot be started */
  async run(words: readonly string[], patienceMs = withinMs): Promise<Outcome> {
    this.#child ??= await this.#start();
    const answer = await answerOf(this.#child, patienceMs, words);
    if ('outcome' in answer) return answer.outcome as Outcome;
    this.#child.kill('SIGKILL');
    this.#child = undefined;
    return { words, code: null, stdout: '', stderr: answer.why, late: answer.late };
  }

  close = (): void => {
    process.off('exit', this.close);
    this.#child?.kill('SIGKILL');
  };

  async #start(): Promise<ChildProcess> {
    const child = fork(this.script, {
      cwd: this.cwd,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--import', import.meta.resolve('tsx')],
    });
    this.#child = child; // from now on `close` ends it
    const answer = await answerOf(child, withinMs);
    if ('outcome' in answer) return child;
    this.close();
    throw new Error(`The process for command lines did not start. ${answer.why}`);
  }
}

type Answer = { outcome: unknown } | { late: boolean; why: string };

/** What a process says next, perhaps to these words, unless it ends or takes too long. */
function answerOf(child: ChildProcess, patienceMs: number, words?: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      resolve(answer);
    };
    const onMessage = (outcome: unknown) => settle({ outcome });
    const onExit = () =>
      settle({ late: false, why: `The process that ran it has ended with ${child.exitCode ?? child.signalCode}.` });
    const timer = setTimeout(() => settle({ late: true, why: `${patienceMs} ms have passed.` }), patienceMs);
    child.once('message', onMessage).once('exit', onExit);
    if (child.exitCode !== null || child.signalCode !== null) return onExit(); // of the one before, after it had answered
    if (words) child.send(words, () => {}); // that it is gone is told by its end
  });
}
