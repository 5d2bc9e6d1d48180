import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findTestFiles, runTestFiles } from '../../scripts/test-runner.js';
import { eventually } from '../harness/eventually.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const folder = tempFolder();
test.after(folder.remove);

const uvu = `import { test } from '${import.meta.resolve('uvu')}';\n`;
const good = "test('good', () => {});\n";
const bad = "test('bad', () => { throw new Error('It broke.'); });\n";
const run = 'test.run();\n';

/** Runs `source` as a test file of its own; the lines are what the runner printed. */
async function runOne(source: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const file = folder.file('one.test.ts');
  writeFileSync(file, source);
  const lines: string[] = [];
  const [result] = await runTestFiles([file], { ...options, print: (line) => lines.push(line) });
  const { passed, failed, problems, output } = result!;
  return { passed, failed, problems, output, lines };
}

const gone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test('counts what passed and what failed, and shows all output of a file that failed', async () => {
  const { passed, failed, problems, lines } = await runOne(`${uvu}${good}${good}${bad}console.log('seen');${run}`);
  assert.equal({ passed, failed, problems }, { passed: 2, failed: 1, problems: [] });
  assert.is(lines.length, 1);
  assert.match(lines[0]!, /^✗ .*one\.test\.ts {2}2 passed, 1 failed {2}\d+ ms\n/);
  assert.match(lines[0]!, 'It broke.');
  assert.match(lines[0]!, 'seen');
});

test('says one line about a file that passed', async () => {
  const { passed, failed, lines } = await runOne(`${uvu}${good}console.log('unseen');${run}`);
  assert.equal({ passed, failed }, { passed: 1, failed: 0 });
  assert.match(lines.join('\n'), /^✓ .*one\.test\.ts {2}1 passed {2}\d+ ms$/);
});

test('a file without a test, or without run, has failed', async () => {
  const empty = await runOne(uvu + run);
  assert.equal([empty.failed, empty.problems], [1, ['It ran no test.']]);
  const idle = await runOne(uvu + good);
  assert.equal([idle.failed, idle.problems], [1, ['It did not get to the end of its tests. Does it call `.run()`?']]);
});

test('a skipped test counts as failed, one left out by `only` too', async () => {
  const skips = await runOne(`${uvu}${good}test.skip('later', () => {});${run}`);
  assert.equal([skips.passed, skips.failed, skips.problems], [1, 1, ['It skips 1 of its tests.']]);
  const only = await runOne(`${uvu}${good}${bad}test.only('this', () => {});${run}`);
  assert.equal([only.passed, only.failed], [1, 2]);
});

test('a hook that throws is not taken for success', async () => {
  const { passed, failed, problems } = await runOne(`${uvu}test.before(() => { throw new Error(); });${good}${run}`);
  assert.equal([passed, failed, problems], [0, 1, ['1 of its tests did not run: did a hook throw?']]);
});

test('a file that ends badly has failed, whatever its tests say', async () => {
  const late = await runOne(`${uvu}${good}${run}process.on('exit', () => { process.exitCode = 3; });`);
  assert.equal([late.passed, late.failed, late.problems], [1, 1, ['It ended with exit code 3.']]);
  const early = await runOne(`${uvu}test('leaves', () => process.exit(0));${run}`);
  assert.is(early.failed, 1);
  const broken = await runOne('this is no program');
  assert.is(broken.failed, 1);
});

test('a file that hangs is ended, and its tests still count', async () => {
  const { passed, failed, problems } = await runOne(`${uvu}${good}${run}setInterval(() => {}, 1_000);`, {
    timeoutMs: 2_500,
  });
  assert.equal([passed, failed, problems], [1, 1, ['It was ended after 2.5 s: is something left open?']]);
});

test('whatever a file leaves running is ended, in its group or out of it', async () => {
  const leak = (detached: boolean) =>
    `{ const child = spawn('sleep', ['300'], { detached: ${detached} }); child.unref(); child.stdout.unref(); child.stderr.unref(); child.stdin.unref(); console.log('pid ' + child.pid); }`;
  const source = `${uvu}import { spawn } from 'node:child_process';\n${good}${leak(false)}${leak(true)}${run}`;
  const { failed, output } = await runOne(source);
  assert.is(failed, 0, output);
  const pids = [...output.matchAll(/pid (\d+)/g)].map((match) => Number(match[1]));
  assert.is(pids.length, 2);
  // Where the system shows no environments, only the group can be ended.
  const ours = process.platform === 'linux' ? pids : pids.slice(0, 1);
  await eventually(() => ours.every(gone), { withinMs: 5_000 });
});

test('a run cut short ends what runs and leaves out what waits', async () => {
  const cut = new AbortController();
  setTimeout(() => cut.abort('SIGINT'), 700);
  const running = await runOne(`${uvu}${good}${run}setInterval(() => {}, 1_000);`, { signal: cut.signal });
  assert.equal(running.problems[0], 'It was ended: SIGINT.');
  assert.is(running.failed, 1);
  const waiting = await runOne(uvu + good + run, { signal: cut.signal });
  assert.equal([waiting.passed, waiting.failed, waiting.problems], [0, 1, ['It was not run: SIGINT.']]);
});

test('finds test files, and among them those asked for', () => {
  const tests = tempFolder();
  for (const name of ['b.test.ts', 'deep/er/a.test.tsx', 'deep/helper.ts', 'c.test.js', 'test.ts']) {
    mkdirSync(dirname(tests.file(name)), { recursive: true });
    writeFileSync(tests.file(name), '');
  }
  const names = (filters: string[] = []) =>
    findTestFiles(tests.path, filters).map((file) => file.slice(tests.path.length + 1));
  assert.equal(names(), ['b.test.ts', 'deep/er/a.test.tsx']);
  assert.equal(names(['er/a', 'nothing']), ['deep/er/a.test.tsx']);
  assert.equal(names(['nothing']), []);
  assert.equal(findTestFiles(tests.file('none')), []);
  tests.remove();
});

test.run();
