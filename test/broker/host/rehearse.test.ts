import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Envelope } from '../../../src/broker/envelope.ts';
import { rehearse } from '../../../src/broker/host/rehearse.ts';
import { eventually } from '../../harness/eventually.ts';
import { accept, authorize, envelope, faults, queue, stage, tally } from './stage.ts';

const test = suite<{ at: ReturnType<typeof stage> }>('rehearsal');
test.before.each((context) => {
  context.at = stage();
  faults.next = [];
});
test.after.each(({ at }) => at.cleanUp());

type Started = Awaited<ReturnType<ReturnType<typeof stage>['start']>>;

const tried = ({ store }: Started, message: Envelope) =>
  rehearse({ actor: tally, store, queue, now: Date.now, newId: () => 'rehearsed' }, message);

test('a message that would change something tells what goes out, and changes nothing', async ({ at }) => {
  const started = await at.start();
  const message = accept();
  for (let i = 0; i < 2; i++) {
    const rehearsal = await tried(started, message);
    assert.is(rehearsal.outcome, 'applies');
    if (rehearsal.outcome !== 'applies') return;
    assert.equal(
      rehearsal.outputs.map(({ envelope: { type, data } }) => [type, data]),
      [['OrderAccepted', { orderId: 'o1', customerId: 'kim', prepMs: 1 }]],
    );
  }
  assert.is((await started.store.load(['o1'])).size, 0);
  assert.is((await started.store.processed([message.id])).size, 0);
  assert.equal(started.journal, []);
});

test('a timer and a call are told too, and nobody is called', async ({ at }) => {
  const started = await at.start();
  const timer = await tried(started, envelope('CancelOrder', { orderId: 'o1', reason: 'no' }));
  assert.is(timer.outcome === 'applies' && timer.outputs[0]?.delayMs, 200);
  const call = await tried(started, authorize());
  assert.equal(call.outcome === 'applies' && [call.call?.type, call.again], ['Charge', false]);
});

test('a message that changes nothing would be ignored', async ({ at }) => {
  const started = await at.start();
  const message = envelope('StoreDeadlinePassed', { orderId: 'o1' });
  assert.equal(await tried(started, message), { outcome: 'ignored', again: false, answers: [] });
});

test('a message that was handled would be ignored, whatever it changed then', async ({ at }) => {
  const started = await at.start();
  const message = accept();
  await started.broker.publish([{ envelope: message }]);
  await eventually(() => started.journal.length === 1);
  assert.equal(await tried(started, message), { outcome: 'ignored', again: true, answers: [] });
});

test('a message whose call was never answered would call again', async ({ at }) => {
  const started = await at.start({ charge: () => Promise.reject(new Error('away')) });
  const message = authorize();
  await started.broker.publish([{ envelope: message }]);
  await eventually(() => started.problems.length > 0);
  const rehearsal = await tried(started, message);
  assert.equal(rehearsal.outcome === 'applies' && [rehearsal.call?.type, rehearsal.again], ['Charge', true]);
});

test('a message that the actor throws on would fail again', async ({ at }) => {
  const started = await at.start();
  faults.next = [new Error('still broken')];
  const rehearsal = await tried(started, envelope('RefuseOrder', { orderId: 'o1', reason: 'no' }));
  assert.is(rehearsal.outcome === 'fails' && (rehearsal.error as Error).message, 'still broken');
});

test.run();
