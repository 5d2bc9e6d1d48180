import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { newId } from '../../src/client/new-id.ts';
import type { Journal } from '../../src/readmodel/fold-journal.ts';
import { Folding } from '../../src/readmodel/folding.ts';
import type { Entry } from '../../src/readmodel/projection.ts';
import { tempFolder } from '../harness/temp-folder.ts';

type Give = (entries: Entry[]) => void | Promise<void>;

const test = suite<{ folder: ReturnType<typeof tempFolder>; folding: Folding; give: Give }>('folding');
test.before.each(async (context) => {
  context.folder = tempFolder();
  const journal: Journal = {
    journalEnd: async () => 0,
    readJournal: async (_from, onEntries) => {
      context.give = onEntries;
      return { stop: async () => {} };
    },
  };
  const onProblem = (error: unknown) => {
    throw error;
  };
  context.folding = await Folding.begin(join(context.folder.path, 'readmodel.sqlite'), journal, { onProblem });
});
test.after.each(async ({ folder, folding }) => {
  await folding.stop();
  folder.remove();
});

const entries = (from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, n) => ({
    offset: from + n,
    envelope: { id: newId(), type: 'OrderCooked', key: `o${from + n}`, at: 1, data: { orderId: `o${from + n}` } },
  }));

/** Whether more may be given by the end of this turn of the event loop. */
async function takenAtOnce(taken: void | Promise<void>): Promise<boolean> {
  let settled = taken === undefined;
  void taken?.then(() => (settled = true));
  await Promise.resolve().then(() => {});
  await Promise.resolve();
  return settled;
}

test('what comes is folded at once, and then nothing for a while, so that what comes meanwhile is folded together', async ({
  folding,
  give,
}) => {
  const begunAt = performance.now();
  const taken = give(entries(0, 3));
  assert.is(folding.next, 3, 'at once');
  await taken;
  assert.ok(performance.now() - begunAt >= 24);
  await sleep(60);
  void give(entries(3, 1));
  assert.is(folding.next, 4, 'at once after a pause');
});

test('where many come nothing waits', async ({ folding, give }) => {
  assert.ok(await takenAtOnce(give(entries(0, 500))));
  assert.is(folding.next, 500);
  assert.not(await takenAtOnce(give(entries(500, 1))), 'or it would say nothing');
});

test.run();
