import { exec } from 'node:child_process';
import { BaedalError } from '../../errors.ts';

/** Milliseconds that a command may take. */
const withinMs = 120_000;

/** What an operator gave us to run did not succeed. */
class CommandFailed extends BaedalError {
  readonly code = 'command-failed';
  readonly retry = false;
}

/** Runs what an operator gave us for the shell. @throws {CommandFailed} with what it said */
export const runShell = (command: string): Promise<void> =>
  new Promise((resolve, reject) => {
    exec(command, { timeout: withinMs }, (error, stdout, stderr) => {
      if (!error) return resolve();
      const said = `${stderr}${stdout}`.trim().slice(-500) || error.message;
      reject(new CommandFailed(`\`${command}\` did not succeed: ${said}`, { cause: error }));
    });
  });
