import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ledger, type LedgerLine } from '../../src/kakao/ledger.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const line = (at: number): LedgerLine => ({
  ...{ at, messageId: `M${at}`, type: 'SMS', to: '01012345678', from: '0212345678', text: '안녕', customFields: {} },
});

test('what was half written when the disk was full is taken away again', async () => {
  const folder = tempFolder();
  const path = folder.file('ledger.jsonl');
  const ledger = await Ledger.open(path);
  const handle = await open(path, 'r');
  const handles = Object.getPrototypeOf(handle);
  await handle.close();
  const { write, appendFile } = handles;
  try {
    await ledger.append([line(1)]);
    const full = async (half: Promise<unknown>) => {
      await half;
      throw new Error('ENOSPC: no space left on device');
    };
    handles.write = function (this: FileHandle, bytes: Buffer, from: number, _length: number, at: number) {
      return full(write.call(this, bytes, from, 13, at));
    };
    handles.appendFile = function (this: FileHandle, text: string) {
      return full(write.call(this, text.slice(0, 13)));
    };
    assert.match(await ledger.append([line(2)]).catch(({ message }) => message), 'ENOSPC');
    Object.assign(handles, { write, appendFile });
    await ledger.append([line(3)]);
    assert.equal(ledger.lines, [line(1), line(3)]);
    await ledger.close();
    const again = await Ledger.open(path);
    assert.equal(again.lines, [line(1), line(3)]);
    await again.append([line(4)]);
    await again.close();
    assert.is(readFileSync(path, 'utf8').split('\n').length, 4);
  } finally {
    Object.assign(handles, { write, appendFile });
    folder.remove();
  }
});

test.run();
