import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcome } from '../../../src/broker/host/store.ts';
import { decodeOutcome, encodeOutcome } from '../../../src/broker/host/stored-outcome.ts';

const test = suite('stored outcome');

const id = 'the-message';
const at = 1_700_000_000_000;
const envelope = (type: string, data: object) =>
  ({ id: `id-of-${type}`, type, key: 'o1', at, data, cause: id }) as never;
const outcomes: [string, Outcome][] = [
  ['nothing', { outputs: [], answers: [] }],
  [
    'outputs, some of which wait in a queue',
    {
      outputs: [
        { envelope: envelope('OrderAccepted', { orderId: 'o1', customerId: '김', prepMs: 1 }) },
        { envelope: envelope('CookingDone', { orderId: 'o1' }), queue: 'q', delayMs: 720 },
      ],
      answers: [],
    },
  ],
  ['answers', { outputs: [], answers: [{ to: 'x/1', data: { outcome: 'done', orderId: 'o1', status: 'placed' } }] }],
  [
    'a call',
    {
      outputs: [],
      answers: [],
      call: { type: 'Refund', request: { orderId: 'o1', amountWon: 1, reason: 'x' } } as never,
    },
  ],
];
for (const [what, outcome] of outcomes)
  test(`${what}: comes back as it was`, () => {
    assert.equal(decodeOutcome({ id, at, outcome: encodeOutcome(outcome) }), outcome);
  });

test('what the row and the first output say is not stored again', () => {
  const text = encodeOutcome(outcomes[1]![1]);
  assert.is(text.split('o1').length - 1, 3, 'once by itself, and in the data of each');
  assert.not.match(text, /the-message|1700000000000|answers/);
  assert.is(encodeOutcome(outcomes[0]![1]), '{}');
});

test('an outcome that was stored whole is still understood', () => {
  const [, whole] = outcomes[1]!;
  assert.equal(decodeOutcome({ id, at, outcome: JSON.stringify(whole) }), whole);
});

test.run();
