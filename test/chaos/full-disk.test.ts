import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { limitDisk } from '../../chaos/full-disk.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const prlimit = (...words: string[]): string =>
  execFileSync('prlimit', ['--pid', String(process.pid), ...words], { encoding: 'utf8' }).trim();
const softLimit = () => prlimit('--fsize', '--output', 'SOFT', '--noheadings', '--raw');

test('files that must not be written to may afterwards be as large as before, and no larger', async () => {
  const before = softLimit();
  prlimit('--fsize=123456789:');
  const own = tempFolder();
  const disk = limitDisk('In this test no file system is mounted');
  try {
    await disk.fill([]);
    assert.throws(() => writeFileSync(own.file('full'), 'x'), /EFBIG/);
    await disk.makeRoom();
    assert.is(softLimit(), '123456789');
    writeFileSync(own.file('full'), 'x');

    await disk.fill([]);
  } finally {
    await disk.close();
    assert.is(softLimit(), '123456789', 'closing makes room too');
    prlimit(`--fsize=${before}:`);
    own.remove();
  }
});

test.run();
