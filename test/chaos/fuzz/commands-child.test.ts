import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandsChild } from '../../../chaos/fuzz/commands-child.ts';
import { wrongWith } from '../../../chaos/fuzz/outcome.ts';
import { tempFolder } from '../../harness/temp-folder.ts';

/** Does as it is told by its words. */
const script = `
process.on('message', (words) => {
  if (words[0] === 'end') process.exit(7);
  if (words[0] === 'hang') return;
  process.send({ words, code: 0, stdout: 'well', stderr: '', late: false }, () => {
    if (words[0] === 'end-afterwards') process.exit(8);
  });
});
process.send('ready');`;

const test = suite('a process that runs command lines');
const folder = tempFolder();
writeFileSync(folder.file('script.mjs'), script);
const child = new CommandsChild(folder.path, {}, folder.file('script.mjs'));
test.after(() => {
  child.close();
  folder.remove();
});

const wrong = async (words: string[], patienceMs?: number) => wrongWith(await child.run(words, patienceMs));

test('which ends, is found to have done so, and the next command line has a new one', async () => {
  assert.is(await wrong(['menu']), undefined);
  assert.match((await wrong(['end'])) ?? '', 'The process that ran it has ended with 7.');
  assert.is(await wrong(['menu']), undefined);
});

test('which hangs, is found to do so, and the next command line has a new one', async () => {
  assert.match((await wrong(['hang'], 100)) ?? '', 'it did not end');
  assert.is(await wrong(['menu']), undefined);
});

test('which ends only after it has answered, is found to have done so by the next command line', async () => {
  assert.is(await wrong(['end-afterwards']), undefined);
  assert.match((await wrong(['menu'])) ?? '', 'has ended with 8.');
  assert.is(await wrong(['menu']), undefined);
});

test.run();
