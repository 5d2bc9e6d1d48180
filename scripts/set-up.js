import {
  existsSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.js';
import { runCommand } from './run-command.js';

/** The folder of the project. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const inRoot = (/** @type {string[]} */ ...parts) => path.join(root, ...parts);
const say = (/** @type {string} */ sentence) => process.stderr.write(`${sentence}\n`);

/**
 * Makes a fresh or changed checkout ready to run: installs and builds, each only where it is needed.
 * Says a line on stderr for each thing it does. Several at once wait for each other.
 * @param {{ build?: 'needed' | 'always' | 'never' }} [options] build: default 'needed'
 * @throws {Error} Node is too old, or the install or the build failed
 */
export async function setUp({ build = 'needed' } = {}) {
  const node = process.versions.node;
  if (Number.parseInt(node, 10) < 20) throw new Error(`baedal needs Node 20 or newer; this is Node ${node}.`);
  const mustBuild = () => build === 'always' || (build === 'needed' && buildIsOld());
  if (!installIsOld() && !mustBuild()) return;

  const onWait = (/** @type {number} */ pid) => say(`Waiting for process ${pid}, which is setting up this folder …`);
  await withLock(inRoot('.set-up.lock'), onWait, async () => {
    if (installIsOld()) await installPackages();
    if (mustBuild()) await buildDist();
  });
}

function installIsOld() {
  const installed = changedAt(inRoot('node_modules', '.package-lock.json'));
  return installed === undefined || installed < (changedAt(inRoot('package-lock.json')) ?? 0);
}

async function installPackages() {
  say('Installing packages (npm ci) …');
  const npm = process.env.npm_execpath;
  // npm leaves the tools of the build out where NODE_ENV is production, unless it is told.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const code = npm?.endsWith('.js')
    ? await runCommand(process.execPath, [npm, ...args], { cwd: root })
    : await runCommand('npm', args, { cwd: root, shell: process.platform === 'win32' });
  if (code !== 0)
    throw new Error(`The packages could not be installed: npm ci ended with exit code ${code}; see above.`);
}

const built = '.built';

function buildIsOld() {
  const at = changedAt(inRoot('dist', built));
  if (at === undefined || !existsSync(inRoot('dist', 'cli', 'main.js'))) return true;
  const configs = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name));
  return Math.max(newest(inRoot('src')), ...configs.map((name) => changedAt(inRoot(name)) ?? 0)) > at;
}

/** Builds beside dist and then swaps, so that nobody ever runs half a build and no file outlives its source. */
async function buildDist() {
  say('Building dist …');
  const startedAt = new Date();
  const fresh = inRoot(`dist.new-${process.pid}`);
  const old = inRoot(`dist.old-${process.pid}`);
  try {
    const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
    const code = await runCommand(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], {
      cwd: root,
    });
    if (code !== 0) throw new Error('The build failed; see above.');
    // As old as the start of the build: what was changed meanwhile is built the next time.
    writeFileSync(path.join(fresh, built), '');
    utimesSync(path.join(fresh, built), startedAt, startedAt);
    if (existsSync(inRoot('dist'))) renameSync(inRoot('dist'), old);
    renameSync(fresh, inRoot('dist'));
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * When the newest file below was changed, in epoch milliseconds. Folders count too: they change when a file is removed.
 * @param {string} folder
 * @returns {number}
 */
function newest(folder) {
  const inside = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? newest(name) : (changedAt(name) ?? 0);
  });
  return Math.max(changedAt(folder) ?? 0, ...inside);
}

/** @param {string} file */
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await setUp({ build: process.argv.includes('--build') ? 'always' : 'needed' }).catch((error) => {
    say(error.message);
    process.exitCode = 1;
  });
}
