import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { asFound } from '../harness/terminal/modes.ts';
import { dashboardSuite } from './dashboard-stage.ts';
import { order } from './platform-under-test.ts';

const { test, on } = dashboardSuite('dashboard: terminal');

const launcher = fileURLToPath(new URL('../../bin/baedal.js', import.meta.url));
/** Runs the dashboard from a shell in a terminal, with something done to its input or output. */
const shell = (redirection: string): [string, ...string[]] => [
  '/bin/sh',
  '-c',
  `"${process.execPath}" "${launcher}" dashboard ${redirection}`,
];
/** Whether anything was asked to be coloured, bold or the like. */
const isStyled = (raw: string): boolean =>
  raw
    .split('\x1b[')
    .slice(1)
    .some((rest) => /^[\d;]*m/.test(rest));

on('it grows and shrinks with the terminal while it runs', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'resized'));
  const terminal = at.show(['dashboard']);
  await terminal.waitFor(/resized.*○ placed/);
  assert.not.match(terminal.text(), 'CUSTOMER');
  terminal.resize(140, 40);
  await terminal.waitFor(/resized.*○ placed.* kim /);
  assert.match(terminal.text(), /CUSTOMER +RIDER +RECEIVED/);
  assert.match(terminal.screen().at(-1)!, /q quit$/);
  assert.is(terminal.lines()[2]!.width, 139);
  terminal.resize(80, 24);
  await terminal.waitForNo('CUSTOMER');
  await terminal.waitFor(/resized.*○ placed/);
  assert.match(terminal.screen().at(-1)!, /q quit$/);
  for (const line of terminal.lines()) assert.not.ok(line.wraps);
});

on('below 80×24 it says how large it must be, takes no key but q, and comes back when it is enlarged', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'still-here'));
  const terminal = at.show(['dashboard']);
  await terminal.waitFor('still-here');
  for (const [columns, rows] of [
    [79, 24],
    [80, 23],
    [20, 5],
  ] as const) {
    terminal.resize(columns, rows);
    await terminal.waitFor(`${columns}×${rows}`);
    assert.not.match(terminal.text(), 'still-here');
  }
  await terminal.press('c', 'y', 'n', '2');
  terminal.resize(80, 24);
  await terminal.waitFor(/▸ still-here.*○ placed/);
  assert.match(terminal.screen()[0]!, 'baedal ▸ Orders');
  terminal.resize(60, 10);
  await terminal.waitFor('80×24');
  await terminal.press('q');
  assert.equal(await terminal.ended, { code: 0, signal: null });
  assert.equal(terminal.modes(), asFound);
});

on('it can begin in a terminal that is too small', async (at) => {
  const terminal = at.show(['dashboard'], { columns: 40, rows: 10 });
  await terminal.waitFor('needs 80×24');
  terminal.resize(90, 30);
  await terminal.waitFor('No orders in flight');
});

for (const [what, redirection] of [
  ['an input', '</dev/null'],
  ['a screen', '| cat'],
] as const)
  on(`without ${what} that is a terminal it says so, and draws nothing`, async (at) => {
    const terminal = at.show([], { command: shell(redirection) });
    const { code } = await terminal.ended;
    if (what === 'an input') assert.is(code, 2); // of a pipe the shell tells how its last part ended
    assert.match(terminal.text().replaceAll('\n', ''), /^The dashboard needs a terminal/);
    assert.not.match(terminal.raw(), '\x1b');
    assert.equal(terminal.modes(), asFound);
  });

on('where there is no terminal at all, it ends with exit code 2 and one sentence', async (at) => {
  const { code, stdout, stderr } = await at.run('dashboard');
  assert.is(code, 2);
  assert.is(stdout, '');
  assert.match(stderr, /^The dashboard needs a terminal.*`baedal order list`.*\n$/);
  const json = await at.json('dashboard');
  assert.is(json.code, 2);
  assert.is(json.data.error.code, 'usage');
});

on('up prints lines where there is no terminal, and with --plain on a terminal too', async (at) => {
  const piped = await at.up();
  await at.json(...order('--wait', 'delivered'));
  await piped.waitForLine('kim ← [Noodle Bar] We have your order');
  assert.not.match(piped.stdout() + piped.stderr(), '\x1b');
  await piped.kill();

  const terminal = at.show(['up', '--plain'], { columns: 200 });
  await terminal.waitFor('Up: order, payment, kitchen, rider, notifier');
  await at.json(...order('--wait', 'delivered'));
  await terminal.waitFor('kim ← [Noodle Bar] We have your order');
  await terminal.press('Ctrl-C');
  assert.equal(await terminal.ended, { code: 0, signal: null });
  assert.match(terminal.text(), 'Stopping: finishing what is in hand.');
  assert.not.match(terminal.raw(), '\x1b');
});

on('a job in the background prints lines, since it would be stopped as soon as it asked for keys', async (at) => {
  const inBackground = `set -m; "${process.execPath}" "${launcher}" up --quiet & echo "job $!"; wait`;
  const terminal = at.show([], { columns: 200, command: ['bash', '-c', inBackground] });
  const [, job] = /job (\d+)/.exec(await terminal.waitFor(/job \d+/))!;
  try {
    await terminal.waitFor('Up: order, payment, kitchen, rider, notifier');
    assert.is((await at.json(...order('--wait', 'delivered'))).data.status, 'delivered');
    assert.not.match(terminal.raw(), '\x1b[?1049h');
  } finally {
    process.kill(Number(job), 'SIGTERM'); // it is no child of ours, and would outlive the terminal
    await terminal.ended;
  }
});

on('a terminal that can do nothing but print gets lines', async (at) => {
  const dumb = { columns: 200, env: { TERM: 'dumb' } };
  const up = at.show(['up', '--quiet'], dumb);
  await up.waitFor('Up: order, payment, kitchen, rider, notifier');
  assert.not.match(up.raw(), '\x1b');
});

on('colours are used, and without them everything can still be read', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'coloured'));
  const coloured = at.show(['dashboard']);
  await coloured.waitFor('▸ coloured');
  const status = coloured.lines()[4]!;
  const glyph = status.columnsOf('○')[0]!;
  assert.is(status.cells[glyph]!.foreground, 3, 'placed is yellow');
  assert.is(isStyled(coloured.raw()), true);
  for (const [args, env] of [
    [['--no-color'], {}],
    [[], { NO_COLOR: '1' }],
    [[], { TERM: 'dumb' }],
  ] as const) {
    const plain = at.show(['dashboard', ...args], { env });
    await plain.waitFor(/▸ coloured.*○ placed/);
    await plain.press('c');
    await plain.waitFor('Cancel coloured? The money goes back. y yes · n no');
    await plain.press('n', 'x', '2');
    await plain.waitFor('baedal ▸ Kitchen');
    assert.is(isStyled(plain.raw()), false);
    await plain.close();
  }
});

test.run();
