import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/baedal.js', import.meta.url));

/** How to run it. `env` is laid over ours, undefined takes a variable away; `stdin` is given whole, default nothing. */
export type Settings = {
  env?: Record<string, string | undefined>;
  cwd?: string;
  stdin?: string;
  /** Milliseconds until it is killed, default 60_000. */
  timeoutMs?: number;
};

/** How it ended. `code` is null where a signal ended it. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** A running baedal. */
export type Running = {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The first line, printed before or after this call, on stdout or stderr, that contains or matches `what`.
   * @param withinMs milliseconds to wait, default 20_000 */
  readonly waitForLine: (what: string | RegExp, withinMs?: number) => Promise<string>;
  readonly write: (text: string) => void;
  /** Sends a signal, default SIGTERM, and waits for the end. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<Ended>;
  readonly ended: Promise<Ended>;
};

/** Runs `baedal ARGS` as its own process to its end.
 * @throws {Error} it took longer than `timeoutMs`; the message has what it printed */
export async function baedal(args: readonly string[], settings: Settings = {}): Promise<Ended> {
  const { timeoutMs = 60_000 } = settings;
  const running = launch([launcher, ...args], settings, settings.stdin ?? '');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(running.pid, 'SIGKILL');
  }, timeoutMs);
  const ended = await running.ended;
  clearTimeout(timer);
  if (late) throw new Error(`baedal ${args.join(' ')} took more than ${timeoutMs} ms.\n${ended.stdout}${ended.stderr}`);
  return ended;
}

/** Starts `baedal ARGS` as its own process and leaves it running, with its stdin open. It ends with this process at the latest. */
export const spawnBaedal = (args: readonly string[], settings: Settings = {}): Running =>
  launch([launcher, ...args], settings);

/** As `spawnBaedal`, with a TypeScript file of ours instead of baedal. */
export const spawnScript = (file: string, args: readonly string[], settings: Settings = {}): Running =>
  launch(['--import', 'tsx', file, ...args], settings);

function launch(words: readonly string[], { env, cwd }: Settings, stdin?: string): Running {
  const child = spawn(process.execPath, words, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  }
  child.stdin.on('error', () => {}); // it may end without reading
  if (stdin !== undefined) child.stdin.end(stdin);

  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', atExit);
      resolve({ code, signal, ...printed });
    });
  });
  return {
    pid: child.pid!,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    waitForLine: (what, withinMs = 20_000) => waitForLine(child, printed, what, withinMs),
    write: (text) => child.stdin.write(text),
    kill: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}

function waitForLine(
  child: ChildProcess,
  printed: { stdout: string; stderr: string },
  what: string | RegExp,
  withinMs: number,
): Promise<string> {
  const all = () => `${printed.stdout}\n${printed.stderr}`;
  /** Without the last line of each while it may still grow. */
  const lines = (closed: boolean) =>
    [printed.stdout, printed.stderr].flatMap((text) => text.split('\n').slice(0, closed ? undefined : -1));
  const matches = (line: string) => (typeof what === 'string' ? line.includes(what) : line.search(what) >= 0);
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      child.stdout!.off('data', onData);
      child.stderr!.off('data', onData);
      child.off('close', onClose);
      finish();
    };
    const look = (closed = false): boolean => {
      const line = lines(closed).find(matches);
      if (line !== undefined) settle(() => resolve(line));
      return line !== undefined;
    };
    const onData = () => look();
    const fail = (why: string) => settle(() => reject(new Error(`${why} without a line that has ${what}:\n${all()}`)));
    const onClose = () => look(true) || fail('baedal ended');
    const timer = setTimeout(() => fail(`${withinMs} ms passed`), withinMs);
    child.stdout!.on('data', onData);
    child.stderr!.on('data', onData);
    child.once('close', onClose);
    if (!look() && child.stdout!.destroyed && child.stderr!.destroyed) onClose();
  });
}
