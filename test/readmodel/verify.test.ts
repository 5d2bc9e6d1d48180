import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { catchUp } from '../../src/readmodel/catch-up.ts';
import { follow } from '../../src/readmodel/follow.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';
import { type Verified, verify } from '../../src/readmodel/verify.ts';
import { type JournalStage, journalStage } from './journal-stage.ts';
import { cancelled, delivered } from './stories.ts';

const test = suite<{ at: JournalStage }>('verifying the read model');
test.before.each(async (context) => {
  context.at = await journalStage();
  await context.at.publish([...delivered('o1'), ...cancelled('o2')]);
  await catchUp(context.at.folder, context.at.broker);
});
test.after.each(({ at }) => at.end());

const verified = async ({ folder, broker }: JournalStage) =>
  (await verify(folder, broker, new AbortController().signal)) as Verified;

function spoil(folder: string, sql: string): void {
  const db = openReadModel(folder);
  db.exec(sql);
  db.close();
}

test('a read model that is what the journal comes to has no difference, and nothing is left behind', async ({ at }) => {
  const { events, difference, rows } = await verified(at);
  assert.is(events, 20);
  assert.is(difference, undefined);
  assert.ok(rows > 20);
  assert.not(readdirSync(at.folder).some((name) => name.startsWith('verify')));
});

test('the first difference is named: a value, a row too many, a row too few', async ({ at }) => {
  spoil(at.folder, "UPDATE orders SET refunded_won = 1 WHERE order_id = 'o2'");
  const { difference } = await verified(at);
  assert.equal(difference, { table: 'orders', row: 'o2', column: 'refunded_won', live: 1, fresh: 38_000 });

  spoil(at.folder, "UPDATE orders SET refunded_won = 38000 WHERE order_id = 'o2'");
  spoil(at.folder, "DELETE FROM timeline WHERE type = 'OrderCooked'");
  const missing = (await verified(at)).difference;
  assert.equal([missing?.table, missing?.row, missing?.live], ['timeline', 'o1-OrderCooked-30', undefined]);

  spoil(at.folder, 'DELETE FROM orders; DELETE FROM timeline; DELETE FROM notifications');
  assert.is((await verified(at)).difference?.table, 'orders');
});

test('a row that the journal does not come to is one too many', async ({ at }) => {
  spoil(at.folder, "INSERT INTO strange_events VALUES ('x', 'o1', 'Invented', 1, '{}')");
  const { difference } = await verified(at);
  assert.equal([difference?.table, difference?.row, difference?.fresh], ['strange_events', 'x', undefined]);
});

test('while it is compared the live one is written to, and only what both have is compared', async ({ at }) => {
  const stop = follow(at.folder, at.broker, {
    onProblem: (error) => {
      throw error;
    },
  });
  const publishing = at.publish(Array.from({ length: 20 }, (_, i) => delivered(`more-${i}`)).flat());
  for (let i = 0; i < 5; i++) assert.is((await verified(at)).difference, undefined);
  await publishing;
  await stop();
});

test.run();
