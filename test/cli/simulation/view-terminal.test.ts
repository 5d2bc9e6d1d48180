import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asFound } from '../../harness/terminal/modes.ts';
import { closeTerminals, openTerminal, type Terminal, type TerminalSettings } from '../../harness/terminal.ts';

const test = suite('the view of a simulation in a terminal');
test.after.each(closeTerminals);

const fake = fileURLToPath(new URL('fake-simulation.ts', import.meta.url));

/** A simulation that pretends, from so many seconds after its start on. */
const show = (fromS: number, settings: TerminalSettings = {}): Terminal =>
  openTerminal([String(fromS), 'en'], {
    ...{ columns: 80, rows: 24, command: [process.execPath, '--import', 'tsx', fake] },
    ...settings,
    env: { NODE_ENV: 'production', ...settings.env },
  });

/** The screen is gone, with nothing of it left behind, and everything is set as before. */
function leftAsFound(terminal: Terminal): void {
  assert.equal(terminal.modes(), asFound);
  assert.not.match(terminal.normalScreen().join('\n'), '▸');
}

test('it is there on a screen of its own, goes on by itself, and gives the terminal back when it is over', async () => {
  const terminal = show(119);
  await terminal.waitFor('01:59 / 01:30');
  assert.is(terminal.modes().alternateScreen, true);
  assert.equal(await terminal.ended, { code: 0, signal: null });
  leftAsFound(terminal);
  assert.match(terminal.normalScreen().join('\n'), 'Over.');
});

const ways: [title: string, leave: (terminal: Terminal) => Promise<void>][] = [
  ['q and then y', (terminal) => terminal.press('q', 'y')],
  ['Ctrl-C', (terminal) => terminal.press('Ctrl-C')],
  ['SIGTERM', (terminal) => terminal.signal('SIGTERM')],
  ['SIGHUP', (terminal) => terminal.signal('SIGHUP')],
];

for (const [title, leave] of ways)
  test(`${title} has it stop early: it is shown until what is under way is over, and the terminal is given back`, async () => {
    const terminal = show(30);
    await terminal.waitFor('2 of 3');
    await leave(terminal);
    await terminal.waitFor('finishing what is under way');
    assert.is(terminal.modes().alternateScreen, true);
    assert.equal(await terminal.ended, { code: 0, signal: null });
    leftAsFound(terminal);
    assert.match(terminal.normalScreen().join('\n'), 'Stopped early.');
  });

test('an error that nobody expected ends it, the terminal as found and the error on it', async () => {
  const terminal = show(30);
  await terminal.waitFor('2 of 3');
  await terminal.signal('SIGUSR2');
  assert.equal(await terminal.ended, { code: 1, signal: null });
  leftAsFound(terminal);
  assert.match(terminal.normalScreen().join('\n'), 'Error: out of the blue');
});

test('it grows and shrinks with the terminal', async () => {
  const terminal = show(40);
  await terminal.waitFor('2 of 3');
  assert.not.match(terminal.text(), 'SCRIPT');
  terminal.resize(120, 40);
  await terminal.waitFor('SAID BY THE PLATFORM');
  assert.match(terminal.screen().at(-1)!, /q stop$/);
  assert.is(terminal.lines()[2]!.width, 119);
  terminal.resize(60, 10);
  await terminal.waitFor('60×10');
  assert.not.match(terminal.text(), 'offered');
  terminal.resize(80, 24);
  await terminal.waitFor('customers waiting');
  await terminal.waitForNo('SCRIPT');
  assert.match(terminal.screen().at(-1)!, /q stop$/);
  for (const line of terminal.lines()) assert.not.ok(line.wraps);
});

test('what is wrong is red, and can be read without colours', async () => {
  const coloured = show(42);
  await coloured.waitFor('✗ breaker open');
  const line = coloured.lines().find(({ text }) => text.includes('✗ breaker open'))!;
  const cell = line.cells[line.columnsOf('✗')[0]!]!;
  assert.is(cell.foreground, 1);
  assert.is(cell.inverse, true);
  const plain = show(42, { env: { FORCE_COLOR: '0' } });
  await plain.waitFor('✗ breaker open');
  assert.not.match(plain.raw(), '\x1b[7m');
});

test.run();
