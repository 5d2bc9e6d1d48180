import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeFolder } from '../../src/sqlite/make-folder.ts';
import { tempFolder } from '../harness/temp-folder.ts';

test('makes what is missing on the way, for this user alone, and leaves what is there', () => {
  const folder = tempFolder();
  const path = join(folder.path, 'a', 'b');
  makeFolder(path);
  makeFolder(path);
  assert.is(statSync(path).mode & 0o777, 0o700);
  assert.is(statSync(join(folder.path, 'a')).mode & 0o777, 0o700);
  folder.remove();
});

test('comes back from a place where nothing can be made', () => {
  const nowhere = existsSync('/proc') ? '/proc/nothing/here' : '/dev/null/nothing';
  assert.throws(() => makeFolder(nowhere), /ENOENT|ENOTDIR|EACCES|EPERM/);
});

test.run();
