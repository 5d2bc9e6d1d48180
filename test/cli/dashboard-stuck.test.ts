import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { stage } from './platform-under-test.ts';

const launcher = fileURLToPath(new URL('../../bin/baedal.js', import.meta.url));
const test = suite('dashboard: a terminal that nobody reads');

test('orders are taken while the terminal that shows them takes nothing more, as over a line that hangs', async () => {
  const at = stage('sqlite:');
  const env = { PATH: process.env['PATH'], TERM: 'xterm-256color', ...at.env };
  const pty = spawn(process.execPath, [launcher, 'up'], { cols: 200, rows: 50, env });
  const ended = new Promise<void>((resolve) => pty.onExit(() => resolve()));
  let shown = '';
  pty.onData((text) => {
    shown += text;
  });
  try {
    await eventually(() => assert.match(shown, /No orders in flight/));
    pty.pause();
    // Far more changes of the screen than a terminal keeps for whoever reads it.
    const first = await at.placeMany(150, 40);
    await first.answers;
    await first.close();
    const last = await at.placeMany(20, 10, 15_000);
    const placed = (await last.answers).filter(({ answer }) => answer?.outcome === 'done');
    await last.close();
    assert.is(placed.length, 20);
    pty.resume();
    shown = '';
    await eventually(() => assert.match(shown, /delivered/));
  } finally {
    pty.resume();
    pty.kill('SIGTERM');
    await ended;
    await at.cleanUp();
  }
});

test.run();
