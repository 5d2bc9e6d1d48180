import { spawnSync } from 'node:child_process';

/**
 * How a terminal is set, as `stty -a` has it, without its size.
 * @param {number} fd of the terminal
 * @returns {string}
 * @throws {Error} it is no terminal, or there is no stty
 */
export function ttySettings(fd) {
  const { stdout, stderr, error } = spawnSync('stty', ['-a'], { stdio: [fd, 'pipe', 'pipe'], encoding: 'utf8' });
  if (error || !stdout) throw new Error(`The terminal's settings cannot be read: ${error?.message ?? stderr}.`);
  return stdout.replace(/\b(rows|columns) \d+; ?|\b\d+ (rows|columns); ?/g, '');
}
