import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeadLetter, Outgoing } from '../../../src/broker/broker.ts';
import { OutcomeUnknown } from '../../../src/broker/errors.ts';
import { Outbox } from '../../../src/broker/host/outbox.ts';
import type { Batch } from '../../../src/broker/host/store.ts';
import { eventually } from '../../harness/eventually.ts';
import { accept, envelope, stage, type Tally } from './stage.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('order kept');

test.before.each((context) => {
  context.at = stage();
});
test.after.each(({ at }) => at.cleanUp());

/** A broker that loses the first `losses` tries to send anything for the order named, and remembers what it stored. */
function losing(orderId: string, losses: number) {
  const stored: string[] = [];
  const take = (id: string) => {
    if (id === orderId && losses-- > 0) throw new OutcomeUnknown();
    stored.push(id);
  };
  return {
    stored,
    publish: async (messages: readonly Outgoing[]) => {
      for (const { envelope } of messages) take(envelope.key);
    },
    bury: async (letters: readonly DeadLetter[]) => {
      for (const { reason } of letters) take(reason);
    },
  };
}
const letter = (reason: string): DeadLetter => ({
  queue: 'q',
  reason,
  attempts: 1,
  firstAt: 0,
  at: 0,
  body: '',
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is published while an earlier publish is tried again does not overtake it', async () => {
  const broker = losing('first', 3);
  const failures: unknown[] = [];
  const outbox = new Outbox(broker, new AbortController().signal, (error) => failures.push(error));
  const first = outbox.publish([{ envelope: accept('first') }]);
  await turn();
  assert.ok(failures.length > 0, 'the first has failed');
  assert.equal(broker.stored, []);
  const second = outbox.publish([{ envelope: accept('second') }]);
  const third = outbox.bury([letter('third')]);
  await Promise.all([first, second, third]);
  assert.equal(broker.stored, ['first', 'second', 'third']);
  await outbox.publish([{ envelope: accept('fourth') }]);
  assert.equal(broker.stored.at(-1), 'fourth', 'and it goes on as before');
});

test('a batch that could not be stored is handled in its order once it can', async ({ at }) => {
  let failed: Batch<Tally> | undefined;
  const { broker, journal } = await at.start({
    store: (store) => ({
      commit: async (batch) => {
        if (failed) return store.commit(batch);
        failed = batch;
        throw new Error('The disk does not answer.');
      },
    }),
  });
  await broker.publish([
    { envelope: accept() },
    { envelope: envelope('RefuseOrder', { orderId: 'o1', reason: 'closed' }) },
  ]);
  await eventually(() => assert.ok(journal.some(({ type }) => type === 'StoreRefused')));
  assert.is(failed?.outcomes.size, 2, 'both were in the batch that failed');
  assert.is(journal.find(({ type }) => type === 'StoreRefused')?.data['reason'], 'closed, after 1');
});

test.run();
