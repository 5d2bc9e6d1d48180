import { spawn } from 'node:child_process';

/**
 * Runs a program to its end. Its output goes to stderr, as stdout belongs to what the user asked for.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, stdout?: 'inherit' }} [options] stdout: leave the output where it is
 * @returns {Promise<number>} its exit code; 1 where a signal ended it
 * @throws {Error} it cannot be started
 */
export function runCommand(command, args, { stdout, ...options } = {}) {
  return new Promise((resolve, reject) => {
    spawn(command, args, { ...options, stdio: ['ignore', stdout ?? 2, 2] })
      .on('error', reject)
      .on('exit', (code) => resolve(code ?? 1));
  });
}
