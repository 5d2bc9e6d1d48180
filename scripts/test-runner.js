import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What became of one test file.
 * @typedef {object} FileResult
 * @property {string} file
 * @property {number} passed tests that passed
 * @property {number} failed tests that failed; at least 1 where there is a problem
 * @property {number} ms milliseconds it took
 * @property {string[]} problems what went wrong with the file as a whole, a sentence each
 * @property {string} output all it printed
 *
 * @typedef {object} Options
 * @property {string} [cwd] where the files run, default the present folder
 * @property {NodeJS.ProcessEnv} [env] their environment, default ours
 * @property {number} [timeoutMs] milliseconds one file may take, default 120_000
 * @property {number} [atOnce] files running at the same time, default 2
 * @property {AbortSignal} [signal] ends the run: files running or waiting then count as failed, with its reason
 * @property {(line: string) => void} [print] default the console
 */

/** Bytes of output kept of one file. */
const mostOutput = 4 << 20;
/** Names its processes in their environment, so that those which left the group are found. */
const marker = 'BAEDAL_TEST_FILE_RUN';

/**
 * Every *.test.ts and *.test.tsx below `folder` whose path contains one of `filters`, in order.
 * @param {string} folder
 * @param {string[]} [filters] default: all
 * @returns {string[]}
 */
export function findTestFiles(folder, filters = []) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => path.join(folder, name).split(path.sep).join('/'));
  return files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter))).sort();
}

/**
 * Runs each file as a process of its own and prints a line for each, and all the output of those that failed.
 * @param {string[]} files
 * @param {Options} [options]
 * @returns {Promise<FileResult[]>}
 */
export async function runTestFiles(files, options = {}) {
  const { atOnce = 2, print = console.log } = options;
  /** @type {FileResult[]} */
  const results = [];
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runTestFile(file, options);
      results.push(result);
      print(report(result));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, files.length) }, worker));
  return results;
}

/** @param {FileResult} result */
function report({ file, passed, failed, ms, problems, output }) {
  const good = failed === 0;
  const counts = good ? `${passed} passed` : `${passed} passed, ${failed} failed`;
  const line = `${good ? '✓' : '✗'} ${file}  ${counts}  ${Math.round(ms)} ms`;
  if (good) return line;
  const text = output.trimEnd();
  return [line, ...problems.map((problem) => `  ${problem}`), ...(text ? [text.replace(/^/gm, '  │ ')] : [])].join(
    '\n',
  );
}

/**
 * @param {string} file
 * @param {Options} options
 * @returns {Promise<FileResult>}
 */
async function runTestFile(file, { cwd, env = process.env, timeoutMs = 120_000, signal }) {
  if (signal?.aborted) {
    return { file, passed: 0, failed: 1, ms: 0, problems: [`It was not run: ${signal.reason}.`], output: '' };
  }
  const startedAt = performance.now();
  const run = randomUUID();
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd,
    env: { ...env, FORCE_COLOR: '0', NODE_ENV: 'test', [marker]: run },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, which can be ended as a whole
  });
  const output = collect(child);
  const closed = new Promise((resolve) => child.once('close', resolve));
  /** @type {string | undefined} */
  let ended;
  const end = (/** @type {string} */ why) => {
    ended ??= why;
    endGroup(child.pid);
  };
  const onAbort = () => end(`It was ended: ${signal?.reason}.`);
  const atExit = () => endGroup(child.pid);
  const timer = setTimeout(() => end(`It was ended after ${timeoutMs / 1000} s: is something left open?`), timeoutMs);
  signal?.addEventListener('abort', onAbort);
  process.once('exit', atExit);

  const exit = await new Promise((resolve) => {
    child.once('error', (error) => resolve(`It could not be started: ${error.message}.`));
    child.once('exit', (code, killedBy) => resolve(killedBy ? `It was ended by ${killedBy}.` : code));
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', onAbort);
  process.off('exit', atExit);
  const ms = performance.now() - startedAt;
  endGroup(child.pid);
  endStrays(run);
  // A stray of ours that escaped all this may hold the pipes open for ever.
  await Promise.race([closed, sleep(1_000, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { file, ms, ...judge(output(), exit, ended), output: output() };
}

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child */
function collect(child) {
  /** @type {Buffer[]} */
  const chunks = [];
  let size = 0;
  const keep = (/** @type {Buffer} */ chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    while (size > mostOutput && chunks.length > 1) size -= chunks.shift()?.length ?? 0;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return () => Buffer.concat(chunks).toString('utf8');
}

/**
 * Counts a file by its closing lines, and trusts nothing that looks like success by accident.
 * @param {string} output
 * @param {number | string} exit its exit code, or why there is none
 * @param {string} [ended] why we ended it
 */
function judge(output, exit, ended) {
  const [total, passed, skipped] = closingLines(output);
  const problems = [];
  if (ended) problems.push(ended);
  else if (typeof exit === 'string') problems.push(exit);
  if (total === undefined) problems.push('It did not get to the end of its tests. Does it call `.run()`?');
  else if (total === 0) problems.push('It ran no test.');
  if (skipped) problems.push(`It skips ${skipped} of its tests.`);
  // uvu swallows what a `before` hook throws, runs no test, and exits with 0.
  const notPassed = (total ?? 0) - (passed ?? 0);
  if (exit === 0 && notPassed > 0) problems.push(`${notPassed} of its tests did not run: did a hook throw?`);
  if (typeof exit === 'number' && exit !== 0 && notPassed === 0) problems.push(`It ended with exit code ${exit}.`);
  const failed = notPassed + (skipped ?? 0);
  return { passed: passed ?? 0, failed: problems.length > 0 ? Math.max(failed, 1) : failed, problems };
}

/** @param {string} output */
function closingLines(output) {
  const last = [...output.matchAll(/^ *Total: +(\d+)\s+Passed: +(\d+)\s+Skipped: +(\d+)\s*$/gm)].at(-1);
  return last ? last.slice(1).map(Number) : [];
}

/** @param {number | undefined} pid of the group's leader */
function endGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/**
 * Ends the processes of this run that made a group of their own, where the system lets us see them.
 * @param {string} run
 */
function endStrays(run) {
  if (!existsSync('/proc/self/environ')) return;
  for (const pid of readdirSync('/proc').map(Number)) {
    try {
      if (!Number.isInteger(pid) || !readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${marker}=${run}`))
        continue;
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
}
