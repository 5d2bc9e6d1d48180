import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../harness/temp-folder.ts';

// The launcher beside an app that only tells what it was given.
const folder = tempFolder();
test.after(folder.remove);
const launcher = folder.file('bin', 'baedal.js');
mkdirSync(folder.file('bin'));
cpSync(fileURLToPath(new URL('../../bin/baedal.js', import.meta.url)), launcher);
writeFileSync(folder.file('package.json'), '{"type": "module"}');

function app(body: string): void {
  mkdirSync(folder.file('dist', 'cli'), { recursive: true });
  writeFileSync(folder.file('dist', 'cli', 'main.js'), `export async function main(args) { ${body} }`);
}

function launch(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { NODE_ENV: _, FORCE_COLOR: __, NO_COLOR: ___, ...rest } = process.env;
  return spawnSync(process.execPath, [launcher, ...args], {
    encoding: 'utf8',
    env: { ...rest, ...env },
    timeout: 30_000,
  });
}

const told = (args: string[], env: NodeJS.ProcessEnv = {}) => {
  app('console.log(JSON.stringify([args, process.env.NODE_ENV, process.env.FORCE_COLOR])); return 4;');
  return JSON.parse(launch(args, env).stdout);
};

test('passes the arguments on and ends with the code of the app', () => {
  assert.equal(told(['menu', '--json', '']), [['menu', '--json', ''], 'production', '0']);
  assert.is(launch([]).status, 4);
});

test('leaves what the user has chosen', () => {
  assert.equal(told([], { NODE_ENV: 'development', FORCE_COLOR: '1' }), [[], 'development', '1']);
  assert.equal(told([], { NO_COLOR: '1', FORCE_COLOR: '2' })[2], '2');
});

test('takes --no-color over the environment, but only as a flag', () => {
  assert.is(told(['--no-color'], { FORCE_COLOR: '1' })[2], '0');
  assert.is(told(['--', '--no-color'], { FORCE_COLOR: '1' })[2], '1');
});

test('says what to do where nothing was built', () => {
  rmSync(folder.file('dist'), { recursive: true, force: true });
  const { status, stdout, stderr } = launch(['menu']);
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, /^baedal has not been built yet\. Run `npm start`.*\n$/);
});

test('a fault of the app is shown, and is a failure', () => {
  app("throw new Error('It broke.');");
  const { status, stderr } = launch([]);
  assert.is(status, 1);
  assert.match(stderr, 'It broke.');
});

test('ends quietly when the reader of its output is gone', () => {
  app("for (;;) { process.stdout.write('line\\n'); await new Promise((next) => setTimeout(next, 1)); }");
  const command = `"${process.execPath}" "${launcher}" | head -n 2`;
  const { stdout, stderr, signal } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 30_000 });
  assert.equal([stdout, stderr, signal], ['line\nline\n', '', null]);
});

test.run();
