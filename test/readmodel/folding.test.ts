import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Folding } from '../../src/readmodel/folding.ts';
import type { Entry } from '../../src/readmodel/projection.ts';
import { tempFolder } from '../harness/temp-folder.ts';

type OnEntries = (entries: Entry[]) => void | Promise<void>;
type Context = { folder: ReturnType<typeof tempFolder>; folding: Folding; give(count: number): Promise<boolean> };
const test = suite<Context>('folding');

test.before.each(async (context) => {
  context.folder = tempFolder();
  let onEntries: OnEntries | undefined;
  const journal = {
    journalEnd: async () => 1_000_000,
    readJournal: async (_from: number, on: OnEntries) => {
      onEntries = on;
      return { stop: async () => {} };
    },
  };
  context.folding = await Folding.begin(`${context.folder.path}/model.sqlite`, journal, {
    onProblem: (error) => {
      throw error;
    },
  });
  let offset = 0;
  /** Gives so many entries. Whether more was wanted at once. */
  context.give = async (count) => {
    const entries = Array.from({ length: count }, () => ({
      offset,
      envelope: { id: `m${offset}`, type: 'JournalMarked', key: `o${offset++}`, at: 1, data: {} },
    }));
    let taken = false;
    const taking = Promise.resolve(onEntries!(entries)).then(() => (taken = true));
    await new Promise(setImmediate);
    const atOnce = taken;
    await taking;
    return atOnce;
  };
});
test.after.each(async ({ folding, folder }) => {
  await folding.stop();
  folder.remove();
});

test('what comes after a pause is folded at once, a few times', async ({ give }) => {
  for (let n = 0; n < 7; n++) assert.ok(await give(1));
});

test('in a steady stream more is taken every 25 ms, so that it is folded together', async ({ give }) => {
  const startedAt = performance.now();
  for (let n = 0; n < 30; n++) await give(1);
  assert.ok(performance.now() - startedAt >= (30 - 8) * 25);
});

test('where much has come, more is taken at once', async ({ give }) => {
  for (let n = 0; n < 20; n++) assert.ok(await give(500));
});

test.run();
