import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buriedMessages } from '../../src/cli/buried-messages.ts';
import { openBroker } from '../../src/cli/open-broker.ts';
import { type Stage, stage } from './platform-under-test.ts';

const launcher = fileURLToPath(new URL('../../bin/baedal.js', import.meta.url));

const test = suite<{ at: Stage; letterId: string }>('discarding on a terminal');
test.before.each(async (context) => {
  context.at = stage('sqlite:');
  const broker = await openBroker(context.at.settings, 'client');
  const letter = { queue: 'q', reason: 'It threw.', attempts: 1, at: Date.now(), body: 'garbage' };
  const [envelope] = buriedMessages(letter, broker.topology);
  await broker.publish([{ envelope: envelope! }]);
  await broker.close();
  context.letterId = envelope!.data.letterId;
});
test.after.each(({ at }) => at.cleanUp());

/** Runs `dead discard` on a terminal, and types this when it asks; its exit code and all that was on the screen. */
function onTerminal(at: Stage, letterId: string, typed: string): Promise<{ code: number; screen: string }> {
  const env = { ...process.env, ...at.env } as Record<string, string>;
  const terminal = spawn(process.execPath, [launcher, 'dead', 'discard', letterId], { env, cols: 100, rows: 24 });
  const giveUp = setTimeout(() => terminal.kill('SIGKILL'), 30_000);
  let screen = '';
  let asked = false;
  terminal.onData((text) => {
    screen += text;
    if (asked || !screen.includes('[y/N]')) return;
    asked = true;
    terminal.write(typed);
  });
  return new Promise((resolve) =>
    terminal.onExit(({ exitCode }) => {
      clearTimeout(giveUp);
      resolve({ code: exitCode, screen });
    }),
  );
}

const stateOf = async (at: Stage, letterId: string) => (await at.json('dead', 'show', letterId)).data.state;

test('it asks first, and does it when told yes', async ({ at, letterId }) => {
  const { code, screen } = await onTerminal(at, letterId, 'y\r');
  assert.is(code, 0, screen);
  assert.match(screen, 'Discard this dead letter? [y/N]');
  assert.is(await stateOf(at, letterId), 'discarded');
});

test('Enter alone, and Ctrl-D, discard nothing', async ({ at, letterId }) => {
  for (const typed of ['\r', '\u0004']) {
    const { code, screen } = await onTerminal(at, letterId, typed);
    assert.is(code, 1, screen);
    assert.match(screen, 'Nothing was discarded.');
  }
  assert.is(await stateOf(at, letterId), 'dead');
});

test('Ctrl-C discards nothing', async ({ at, letterId }) => {
  const { code, screen } = await onTerminal(at, letterId, '\u0003');
  assert.is(code, 130, screen);
  assert.is(await stateOf(at, letterId), 'dead');
});

test.run();
