import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const module = new URL('../../scripts/rabbitmq/on-signals.js', import.meta.url).href;

/** A process with things to stop, one of which has been stopped before; what it says to have stopped, and how it ended. */
async function ended(...signals: NodeJS.Signals[]) {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { onSignals } from '${module}';
    const begin = (name, ms) => {
      let stopped = false;
      const undo = onSignals(async () => {
        if (stopped) return;
        stopped = true;
        undo();
        await new Promise((resolve) => setTimeout(resolve, ms));
        console.log('stopped ' + name);
      });
      return undo;
    };
    begin('early', 0)();
    begin('quick', 1);
    begin('slow', 500);
    setTimeout(() => {}, 60_000);
    console.log('ready');`,
  ]);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (text.includes('ready')) child.kill(signals[0]);
    else if (text.includes('stopped quick') && signals[1]) child.kill(signals[1]);
  });
  const [code, signal] = await once(child, 'close');
  return { said: said.split('\n').filter((line) => line.startsWith('stopped')), code, signal };
}

test('a signal ends the process once all that is to be stopped has stopped, not when the first has', async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    assert.equal(await ended(signal), { said: ['stopped quick', 'stopped slow'], code: null, signal });
});

test('another signal meanwhile does not cut it short', async () => {
  const { said } = await ended('SIGTERM', 'SIGHUP');
  assert.equal(said, ['stopped quick', 'stopped slow']);
});

test.run();
