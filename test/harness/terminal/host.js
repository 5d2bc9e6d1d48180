/**
 * What a shell is to a program: runs `COMMAND ARGUMENT…` in the terminal that it has itself, and is still there afterwards, so that one
 * can see how the terminal was left. It reports to whoever holds the other end, as a control sequence that no screen shows.
 */
import { spawn } from 'node:child_process';
import { ttySettings } from './tty-settings.js';

const [command = '', ...args] = process.argv.slice(2);
const report = (/** @type {object} */ what) => process.stdout.write(`\x1b]7770;${JSON.stringify(what)}\x1b\\`);

// Ctrl-C goes to everybody in the foreground; it is meant for the program.
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM']) process.on(signal, () => {});
const untilTheTerminalGoes = setInterval(() => {}, 2 ** 30);

const settings = ttySettings(0);
const child = spawn(command, args, { stdio: 'inherit' });
child.once('error', (error) => {
  process.stdout.write(`${command} could not be started: ${error.message}.\r\n`);
  process.exitCode = 127;
  clearInterval(untilTheTerminalGoes);
});
child.once('exit', (code, signal) => report({ code, signal, settings: ttySettings(0) }));
if (child.pid) report({ pid: child.pid, settings });
