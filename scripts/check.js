import path from 'node:path';
import { runCommand } from './run-command.js';
import { root, setUp } from './set-up.js';

const node = (/** @type {string[]} */ ...args) => runCommand(process.execPath, args, { cwd: root, stdout: 'inherit' });
const tool = (/** @type {string[]} */ ...parts) => path.join(root, 'node_modules', ...parts);

/** @type {[string, () => Promise<number>][]} */
const checks = [
  ['types', () => node(tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json')],
  ['types of the scripts', () => node(tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.scripts.json')],
  ['types of the report page', () => node(tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.page.json')],
  ['lint and format', () => node(tool('@biomejs', 'biome', 'bin', 'biome'), 'check')],
  ['import directions', () => node('scripts/check-imports.js')],
];

try {
  await setUp({ build: 'never' });
  /** @type {string[]} */
  const failed = [];
  for (const [name, check] of checks) {
    const code = await check();
    console.log(`${code === 0 ? '✓' : '✗'} ${name}`);
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0)
    throw new Error(`To mend: ${failed.join(', ')}. \`npm run fix\` mends the format and some of the lint.`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
