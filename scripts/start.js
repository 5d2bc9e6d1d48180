import { spawn } from 'node:child_process';
import { root, setUp } from './set-up.js';

/** One Ctrl-C arrives here more than once: from the terminal, and again from npm. Milliseconds. */
const oneKeypressMs = 500;

await setUp().then(start, (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

/** `baedal demo` with our arguments, terminal, signals and exit code. */
function start() {
  const child = spawn(process.execPath, ['bin/baedal.js', 'demo', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  /** @type {Partial<Record<NodeJS.Signals, number>>} */
  const sentAt = {};
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    // The terminal sends Ctrl-C to the child as well, and a second one would force it.
    if (signal === 'SIGINT' && (process.stdin.isTTY || process.stdout.isTTY)) return;
    if (Date.now() - (sentAt[signal] ?? 0) < oneKeypressMs) return;
    sentAt[signal] = Date.now();
    child.kill(signal);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, passOn);

  child.on('error', (error) => {
    process.stderr.write(`baedal cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const each of signals) process.off(each, passOn);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}
