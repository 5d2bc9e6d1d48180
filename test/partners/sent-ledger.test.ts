import Sqlite from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SentLedger } from '../../src/partners/sent-ledger.ts';
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: TempFolder; file: string }>('ledger of what was sent');
test.before.each((context) => {
  context.folder = tempFolder();
  context.file = context.folder.file('sent.sqlite');
});
test.after.each(({ folder }) => folder.remove());

const told = { orderId: 'o1', recipient: 'kim', about: 'placed' };
const attempt = { reference: 'r1', channel: 'kakaotalk', phone: '01012345678', text: 'a', why: '', at: 5 };

test('a file of the version before keeps its rows', async ({ file }) => {
  const old = new Sqlite(file);
  old.exec(
    `CREATE TABLE sent (
       order_id TEXT NOT NULL, recipient TEXT NOT NULL, about TEXT NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
       PRIMARY KEY (order_id, recipient, about)
     ) WITHOUT ROWID;
     INSERT INTO sent VALUES ('o1', 'kim', 'placed', 'console', 'We have your order.', 1);`,
  );
  old.pragma('user_version = 1');
  old.close();
  const ledger = new SentLedger(file, () => 0);
  assert.equal(ledger.sent(told), { channel: 'console', text: 'We have your order.' });
  await ledger.record([{ ...told, about: 'cooked', channel: 'kakaotalk', text: 'b', messageId: 'M1' }]);
  assert.equal(ledger.sent({ ...told, about: 'cooked' }), { channel: 'kakaotalk', text: 'b' });
  ledger.close();
});

test('an attempt is there until its outcome is, also for who opens the file next', async ({ file }) => {
  const first = new SentLedger(file, () => 0);
  await first.intend(told, attempt);
  assert.is(first.sent(told), undefined);
  first.close();
  const second = new SentLedger(file, () => 0);
  assert.equal(second.underWay(told), attempt);
  await second.intend(told, { ...attempt, channel: 'text', why: 'kakaotalk: no', at: 6 });
  assert.equal(second.underWay(told)?.channel, 'text');
  await second.record([{ ...told, channel: 'text', text: 'a' }]);
  assert.is(second.underWay(told), undefined);
  assert.equal(second.sent(told), { channel: 'text', text: 'a' });
  second.close();
});

test('what is recorded first stays', async ({ file }) => {
  const ledger = new SentLedger(file, () => 0);
  await ledger.record([{ ...told, channel: 'kakaotalk', text: 'a' }]);
  await ledger.record([{ ...told, channel: 'console', text: 'b' }]);
  assert.equal(ledger.sent(told), { channel: 'kakaotalk', text: 'a' });
  ledger.close();
});

test.run();
