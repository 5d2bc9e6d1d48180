import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unpack, unpackAny, unpackJournal } from '../../src/broker/codec.ts';
import { deepest } from '../../src/broker/nesting.ts';

const envelope = (type: string, data: object) => ({ id: 'm1', type, key: 'o1', at: 1, data });
const body = (value: unknown) => Buffer.from(JSON.stringify(value));
const problems = (parts: ReturnType<typeof unpackAny>) =>
  parts.map((part) => ('problem' in part ? part.problem.message : 'a message'));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('a body that is nested so deep that walking through it would exhaust the stack is one bad message', () => {
  for (const text of [nested(100_000), `[${nested(100_000)}]`, `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`])
    for (const read of [unpack, unpackAny, unpackJournal])
      assert.equal(problems(read(Buffer.from(text))), [`The body is nested more than ${deepest} deep.`]);
});

test('what stands in quotes is not nested, whatever is escaped in it, nor is what lies side by side', () => {
  const reason = `${'['.repeat(900)}"${'{'.repeat(900)}\\`;
  const cancel = envelope('CancelOrder', { orderId: 'o1', reason });
  assert.equal(problems(unpack(body(cancel))), ['a message']);
  assert.equal(problems(unpack(body(Array.from({ length: 300 }, () => cancel)))), Array(300).fill('a message'));
});

test('a type that every object has by its nature is no type of ours', () => {
  for (const type of ['constructor', 'toString', '__proto__'])
    assert.equal(problems(unpack(body(envelope(type, {})))), [
      `The message type "${type}" is unknown to this version.`,
    ]);
});

test('what AMQP has no room for in an id is no message: it could never be tried again', () => {
  for (const part of ['id', 'type', 'key']) {
    const withPart = (text: string) => problems(unpackAny(body({ ...envelope('CancelOrder', {}), [part]: text })))[0];
    for (const longest of ['m'.repeat(200), '주'.repeat(85)]) assert.is(withPart(longest), 'a message');
    for (const tooLong of ['m'.repeat(201), '주'.repeat(86), '']) assert.match(withPart(tooLong)!, '255 bytes at most');
  }
});

test('a reader of the journal is given types that this version does not know, and of those that it knows only what fits', () => {
  const parts = [
    envelope('PointsEarned', { points: 'many' }),
    envelope('OrderCancelled', { orderId: 'o1', customerId: 'kim', attempt: 1, refundedWon: {} }),
    envelope('PaymentVoided', { orderId: 'o1', amountWon: 0 }),
  ];
  const [strange, wrong, fitting] = problems(unpackJournal(body(parts)));
  assert.equal([strange, fitting], ['a message', 'a message']);
  assert.match(wrong!, /^OrderCancelled\.refundedWon: /);
});

test.run();
