import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textOf } from './terminal/cells.ts';
import { openEmulator } from './terminal/emulator.ts';
import { strokesOf } from './terminal/keys.ts';
import { asFound } from './terminal/modes.ts';
import { closeTerminals, openTerminal, type TerminalSettings } from './terminal.ts';

test.after(closeTerminals);

const standIn = fileURLToPath(new URL('terminal/stand-in.js', import.meta.url));

/** The stand-in program in a terminal, once it has drawn itself. */
async function drawn(args: string[] = [], settings: TerminalSettings = {}) {
  const terminal = openTerminal(args, { columns: 40, rows: 8, command: [process.execPath, standIn], ...settings });
  await terminal.waitFor('keys');
  return terminal;
}

/** `node -e SCRIPT` in a terminal. */
const script = (source: string, settings: TerminalSettings = {}) =>
  openTerminal([], { command: [process.execPath, '-e', source], ...settings });

test('shows the screen as a person sees it', async () => {
  const terminal = await drawn();
  assert.equal(terminal.screen(), [
    '┌──────────────────────────────────────┐',
    '│ 바삭치킨 placed                      │',
    '│ plain chosen dim                     │',
    '│ size 40×8                            │',
    '│ keys                                 │',
    '└──────────────────────────────────────┘',
    '',
    '',
  ]);
  await terminal.close();
});

test('knows the cells: Hangul takes two, and the borders stand above each other', async () => {
  const terminal = await drawn();
  const [, hangul, colours] = terminal.lines();
  assert.equal(hangul!.columnsOf('바'), [2]);
  assert.equal(hangul!.columnsOf('삭'), [4]);
  assert.equal([hangul!.cells[2]!.width, hangul!.cells[3]!.width], [2, 0]);
  for (const line of terminal.lines().slice(1, 5)) {
    assert.equal(line.columnsOf('│'), [0, 39]);
    assert.is(line.width, 40);
  }
  const at = (character: string) => colours!.cells[colours!.columnsOf(character)[0]!]!;
  assert.equal([hangul!.cells[2]!.foreground, hangul!.cells[2]!.bold], [2, true]);
  assert.is(at('p').foreground, '#ff8000');
  assert.equal([at('c').inverse, at('c').foreground], [true, null]);
  assert.is(at('m').dim, true);
  await terminal.close();
});

test('tells a line that is wider than the terminal', async () => {
  const terminal = await drawn();
  assert.not.ok(terminal.lines().some(({ wraps }) => wraps));
  await terminal.press('w');
  await terminal.waitFor('넘'.repeat(20));
  assert.is(terminal.lines()[0]!.wraps, true);
  await terminal.close();
});

test('tells what is written as it comes, and by which process', async () => {
  const terminal = await drawn();
  let told = '';
  const before = terminal.raw();
  const stop = terminal.onOutput((text) => {
    told += text;
  });
  await terminal.press('a');
  await terminal.waitFor('keys "a"');
  assert.is(before + told, terminal.raw());
  stop();
  const heard = told;
  await terminal.press('b');
  await terminal.waitFor('"b"');
  assert.is(told, heard);
  process.kill(terminal.pid(), 'SIGTERM');
  assert.equal(await terminal.ended, { code: 143, signal: null });
});

test('presses keys one by one', async () => {
  const terminal = await drawn([], { columns: 120 });
  let keys = 'keys';
  for (const [name, bytes] of [
    ['Escape', String.raw`"\u001b"`],
    ['a', '"a"'],
    ['Up', String.raw`"\u001b[A"`],
    ['PageDown', String.raw`"\u001b[6~"`],
    ['Backspace', String.raw`"\u007f"`],
    ['김', '"김"'],
    ['Ctrl-C', String.raw`"\u0003"`],
    ['Ctrl-Z', String.raw`"\u001a"`],
    ['Enter', String.raw`"\r"`],
    ['Space', '" "'],
  ] as const) {
    keys += ` ${bytes}`;
    await terminal.press(name);
    await terminal.waitFor(keys); // a program that is slow to read would read several as one
  }
  await terminal.close();
});

test('types a word letter by letter, between keys that have names', () => {
  assert.equal(strokesOf(['김!', 'Enter', 'a']), ['김', '!', '\r', 'a']);
});

test('a frame that is still being drawn is not seen', async () => {
  const emulator = openEmulator(
    { columns: 20, rows: 2 },
    () => {},
    () => {},
  );
  await emulator.write('the frame before');
  await emulator.write('\x1b[?2026h\x1b[2J\x1b[Hhalf ');
  assert.is(textOf(emulator.screen()), 'the frame before\n');
  await emulator.write('and half\x1b[?2026l');
  assert.is(textOf(emulator.screen()), 'half and half\n');
});

test('resizes the terminal, and the program is told', async () => {
  const terminal = await drawn();
  terminal.resize(60, 12);
  await terminal.waitFor('size 60×12');
  assert.is(terminal.screen().length, 12);
  assert.equal(terminal.lines()[1]!.columnsOf('│'), [0, 59]);
  await terminal.close();
});

test('a program that tidies up leaves the terminal as it was found', async () => {
  const terminal = await drawn();
  assert.equal(terminal.modes(), {
    alternateScreen: true,
    cursorHidden: true,
    bracketedPaste: true,
    mouse: true,
    focusReports: false,
    kittyKeyboard: false,
    rawMode: true,
    settingsChanged: true,
  });
  assert.equal(terminal.normalScreen(), ['Before.']);
  await terminal.press('q');
  assert.equal(await terminal.ended, { code: 3, signal: null });
  assert.equal(terminal.modes(), asFound);
  assert.equal(terminal.normalScreen(), ['Before.', 'Goodbye.']);
  assert.is(terminal.raw().slice(0, 17), 'Before.\r\n\x1b[?1049h');
  assert.is(terminal.raw().slice(-18), '\x1b[?1049lGoodbye.\r\n');
});

test('a program that does not tidy up is found out', async () => {
  const rude = await drawn(['--rude']);
  await rude.signal('SIGKILL');
  assert.equal(await rude.ended, { code: null, signal: 'SIGKILL' });
  const { alternateScreen, cursorHidden, bracketedPaste, mouse, rawMode, settingsChanged } = rude.modes();
  assert.equal(
    [alternateScreen, cursorHidden, bracketedPaste, mouse, rawMode, settingsChanged],
    [true, true, true, true, true, true],
  );
});

test('signals reach the program', async () => {
  const terminal = await drawn();
  await terminal.signal('SIGTERM');
  assert.equal(await terminal.ended, { code: 143, signal: null });
  assert.equal(terminal.modes(), asFound);
});

test('Ctrl-C interrupts a program that reads no keys', async () => {
  const terminal = script("console.log('working'); setInterval(() => {}, 1000)");
  await terminal.waitFor('working');
  await terminal.press('Ctrl-C');
  assert.equal(await terminal.ended, { code: null, signal: 'SIGINT' });
});

test('nothing that a program wrote last is lost', async () => {
  const terminal = script("process.stdout.write('line\\n'.repeat(5_000) + 'the last')");
  assert.equal(await terminal.ended, { code: 0, signal: null });
  assert.is(terminal.screen().at(-1), 'the last');
  assert.is(terminal.normalScreen().length, 5_001);
});

test('waiting in vain shows the screen, and ends with the program', async () => {
  const running = await drawn();
  const error = await running.waitFor(/never (this|that)/, 100).catch((error: Error) => error.message);
  assert.match(error, /^100 ms passed and the screen does not show \/never \(this\|that\)\/:\n│┌─/);
  assert.match(error, '│ size 40×8');
  await running.close();

  const over = script("console.log('that was all')");
  const why = await over.waitFor('more').catch((error: Error) => error.message);
  assert.match(why, /^The program has ended and the screen does not show more:\n│that was all/);
});

test('waits until something is gone', async () => {
  const terminal = script(
    "console.log('soon gone'); process.stdin.once('data', () => console.log('\\x1b[2J\\x1b[Hbye'))",
  );
  await terminal.waitFor('soon gone');
  await terminal.press('Enter');
  assert.not.match(await terminal.waitForNo('soon gone'), 'soon gone');
  await terminal.close();
});

test('the terminal answers what the program asks it', async () => {
  const terminal = script(
    "process.stdin.setRawMode(true); process.stdin.once('data', (data) => { console.log(JSON.stringify(String(data))); process.exit() }); process.stdout.write('\\x1b[6n')",
  );
  await terminal.waitFor(String.raw`"\u001b[1;1R"`);
  await terminal.ended;
});

test('a command that is not there is said', async () => {
  const terminal = openTerminal([], { command: ['/no/such/command'] });
  assert.is((await terminal.ended).code, 127);
  assert.match(terminal.text(), 'could not be started');
});

test('runs baedal, in colour and in a language', async () => {
  const terminal = openTerminal(['menu'], { env: { BAEDAL_LANG: 'ko', BAEDAL_DATA: '/nonexistent' } });
  await terminal.waitFor('바삭치킨 강남점');
  assert.is((await terminal.ended).code, 0);
  assert.equal(terminal.modes(), asFound);
});

test.run();
