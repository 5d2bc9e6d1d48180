import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fill } from '../../src/actors/notifier/texts.ts';
import { type Channel, consoleChannel, NotificationSender } from '../../src/partners/notification-channel.ts';
import { SentLedger } from '../../src/partners/sent-ledger.ts';
import { NoWords } from '../../src/partners/words.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: ReturnType<typeof tempFolder> }>('notifications');
test.before.each((context) => {
  context.folder = tempFolder();
});
test.after.each(({ folder }) => folder.remove());

/** A sender with a ledger of its own in this file. */
function senderTo(path: string, channel: Channel) {
  const ledger = new SentLedger(path, () => 0);
  const { notify } = new NotificationSender(ledger, channel, 'ko');
  return { notify, close: () => ledger.close() };
}

/** As an older version of us asked for it, in its own words. */
const notice = (about: string, recipient = 'kim') => ({ recipient, about, text: `${about}!` });

test('a message is sent once, however often it is asked for and whoever asks', async ({ folder }) => {
  const lines: string[] = [];
  const path = join(folder.path, 'sent.sqlite');
  const sender = senderTo(
    path,
    consoleChannel((line) => lines.push(line)),
  );
  const request = { orderId: 'o1', notices: [notice('placed'), notice('placed', 'owner')] };
  const answer = await sender.notify(request, false);
  assert.equal(answer, { ...request, channel: 'console' });
  assert.equal(await sender.notify(request, true), answer);
  sender.close();
  const restarted = senderTo(
    path,
    consoleChannel((line) => lines.push(line)),
  );
  await restarted.notify({ orderId: 'o1', notices: [notice('placed'), notice('cooked')] }, true);
  restarted.close();
  assert.equal(lines, ['kim ← placed!', 'owner ← placed!', 'kim ← cooked!']);
});

test('people are told in the language of the platform', async ({ folder }) => {
  const lines: string[] = [];
  const sender = senderTo(
    join(folder.path, 'sent.sqlite'),
    consoleChannel((line) => lines.push(line)),
  );
  const template = fill('order-delivered', { order: 'o1' });
  const answer = await sender.notify(
    { orderId: 'o1', notices: [{ recipient: 'kim', about: 'delivered', template }] },
    false,
  );
  assert.match(lines[0]!, /^kim ← .*도착했어요/);
  assert.equal(
    answer.notices.map(({ recipient, about, text }) => `${recipient} ${about} ← ${text}`),
    [`kim delivered ${lines[0]!.slice('kim '.length)}`],
  );
  sender.close();
});

test('a message of a newer version, for which there are no words, is a fault that no trying mends', async ({
  folder,
}) => {
  const sender = senderTo(
    join(folder.path, 'sent.sqlite'),
    consoleChannel(() => assert.unreachable('there is nothing to say')),
  );
  const template = { name: 'order-blessed', variables: {} };
  const fault = await sender
    .notify({ orderId: 'o1', notices: [{ recipient: 'kim', about: 'blessed', template }] }, false)
    .then(
      () => assert.unreachable('nobody can say it'),
      (error: unknown) => error,
    );
  assert.instance(fault, NoWords);
  assert.is((fault as NoWords).retry, false);
  assert.match((fault as NoWords).message, /order-blessed to kim.*baedal dead redrive/);
  sender.close();
});

test('a message that could not be sent is sent the next time', async ({ folder }) => {
  let broken = true;
  const lines: string[] = [];
  const channel = {
    name: 'moody',
    send: async (_orderId: string, { text }: { text: string }) => {
      if (broken) throw new Error('no line');
      lines.push(text);
    },
  };
  const sender = senderTo(join(folder.path, 'sent.sqlite'), channel);
  const request = { orderId: 'o1', notices: [notice('placed')] };
  await sender.notify(request, false).then(
    () => assert.unreachable('it was not sent'),
    (error: Error) => assert.is(error.message, 'no line'),
  );
  broken = false;
  await sender.notify(request, true);
  assert.equal(lines, ['placed!']);
  sender.close();
});

test('of several messages those that were sent are not sent again when one could not be', async ({ folder }) => {
  let failures = 1;
  const lines: string[] = [];
  const channel = {
    name: 'moody',
    send: async (_orderId: string, { recipient }: { recipient: string }) => {
      if (recipient === 'owner' && failures-- > 0) throw new Error('no line');
      lines.push(recipient);
    },
  };
  const sender = senderTo(join(folder.path, 'sent.sqlite'), channel);
  const request = { orderId: 'o1', notices: [notice('placed'), notice('placed', 'owner')] };
  await sender.notify(request, false).then(
    () => assert.unreachable('one was not sent'),
    (error: Error) => assert.is(error.message, 'no line'),
  );
  await sender.notify(request, true);
  assert.equal(lines, ['kim', 'owner']);
  sender.close();
});

test('what was sent and could not be written is not sent again by the same process', async ({ folder }) => {
  const lines: string[] = [];
  const path = join(folder.path, 'sent.sqlite');
  const sender = senderTo(
    path,
    consoleChannel((line) => lines.push(line)),
  );
  const request = { orderId: 'o1', notices: [notice('placed')] };
  const fault = new Sqlite(path);
  fault.exec("CREATE TRIGGER full BEFORE INSERT ON sent BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  await sender.notify(request, false).then(
    () => assert.unreachable('it could not be written'),
    () => {},
  );
  fault.exec('DROP TRIGGER full');
  fault.close();
  await sender.notify(request, true);
  assert.equal(lines, ['kim ← placed!']);
  sender.close();
});

test.run();
