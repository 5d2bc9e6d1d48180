import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const script = fileURLToPath(new URL('../../simulator/seeds.ts', import.meta.url));

/** Runs the command; `stopAt`: Ctrl-C once this is to be seen on stderr. */
async function seeds(args: readonly string[], stopAt?: RegExp) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '', code: -1 };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
    if (stopAt?.test(said.err)) child.kill('SIGINT');
  });
  said.code = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  return said;
}

test('it says how many worlds held, and what occurred in them', async () => {
  const { code, out } = await seeds(['--seeds', '250', '--from', '1000', '--processes', '2']);
  assert.is(code, 0);
  assert.match(out, /^250 of 250 seeds, [\d,]+ a second\.$/m);
  assert.match(out, /^ +[\d,]+ {2}ended delivered$/m);
  assert.match(out, /^ +[\d,]+ {2}kills$/m);
});

test('it says how it is called to whoever calls it wrongly', async () => {
  for (const [args, sentence] of [
    [['--seeds', 'many'], '--seeds must be a whole number from 1 on, not "many".'],
    [['--seeds', '0'], '--seeds must be a whole number from 1 on, not "0".'],
    [['--from', '1.5'], '--from must be a whole number from 1 on, not "1.5".'],
    [['--sed', '1'], "Unknown option '--sed'"],
  ] as const) {
    const { code, out, err } = await seeds(args);
    assert.is(code, 2, args.join(' '));
    assert.is(out, '');
    assert.ok(err.includes(sentence), err);
    assert.match(err, /npm run simulate:seeds -- \[--seeds N/);
  }
});

test('it says how it is called to whoever asks', async () => {
  for (const asked of ['--help', '-h']) {
    const { code, out, err } = await seeds([asked]);
    assert.is(code, 0);
    assert.match(out, /^Examples:\n {2}npm run simulate:seeds -- --seeds 20000/);
    assert.match(out, /\[--processes P/);
    assert.is(err, '');
  }
});

test('Ctrl-C ends it with what it has come to', async () => {
  const { code, out } = await seeds(['--seeds', '1000000', '--processes', '1'], /of 1,000,000 seeds/);
  assert.is(code, 130);
  assert.match(out, /^[\d,]+ of 1,000,000 seeds/m);
});

test.run();
