import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Painter } from '../../../src/cli/dashboard/painter.ts';

const turn = () => new Promise(setImmediate);

function paintingOn(rows = 3) {
  const written: string[] = [];
  const terminal = {
    columns: 10,
    rows,
    busy: false,
    write: (text: string) => written.push(text),
    ready: () => {},
    onceReady: (paint: () => void) => {
      terminal.ready = paint;
    },
  };
  return { painter: new Painter(terminal), written, terminal };
}

test('only lines that have changed are written, each at its own place', async () => {
  const { painter, written } = paintingOn();
  painter.write('one\ntwo\nthree');
  await turn();
  assert.match(written[0]!, /one/);
  painter.write('one\n2\nthree');
  await turn();
  assert.is(written[1], '\x1b[?2026h\x1b[2;1H\x1b[2K2\x1b[?2026l');
});

test('a frame that is as the last one writes nothing', async () => {
  const { painter, written } = paintingOn();
  for (let i = 0; i < 3; i++) {
    painter.write('one\ntwo');
    await turn();
  }
  assert.is(written.length, 1);
});

test('frames that follow each other at once are painted as one, the last', async () => {
  const { painter, written } = paintingOn();
  for (let i = 0; i < 10; i++) painter.write(`frame ${i}`);
  await turn();
  assert.is(written.length, 1);
  assert.match(written[0]!, /frame 9/);
});

test('lines that are gone are cleared, and what is below the terminal is left out', async () => {
  const { painter, written } = paintingOn(2);
  painter.write('one\ntwo\nthree');
  await turn();
  assert.not.match(written[0]!, /three/);
  painter.write('one');
  await turn();
  assert.is(written[1], '\x1b[?2026h\x1b[2;1H\x1b[2K\x1b[?2026l');
});

test('everything is painted anew once it is forgotten', async () => {
  const { painter, written } = paintingOn();
  painter.write('one\ntwo');
  await turn();
  painter.forget();
  painter.write('one\ntwo');
  await turn();
  assert.ok(written[1]!.includes('\x1b[2J'));
  assert.match(written[1]!, /one.*two/);
});

test('while the terminal takes nothing, nothing more is written; then the last frame alone', async () => {
  const { painter, written, terminal } = paintingOn();
  terminal.busy = true;
  for (const frame of ['one', 'two', 'three']) {
    painter.write(frame);
    await turn();
  }
  assert.equal(written, []);
  terminal.busy = false;
  terminal.ready();
  assert.is(written.length, 1);
  assert.match(written[0]!, /three/);
});

test('what is no frame, and what comes after the end, is not painted', async () => {
  const { painter, written } = paintingOn();
  painter.write('\x1b[?25h');
  painter.write('one');
  painter.stop();
  await turn();
  assert.equal(written, []);
});

test.run();
