import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Events, OrderEventType } from '../../src/actors/messages.ts';
import { audit } from '../../src/audit/audit.ts';
import type { AuditRules } from '../../src/audit/finding.ts';
import { ProviderLedger, type Transaction } from '../../src/audit/provider-ledger.ts';
import type { JournalEvent } from '../../src/readmodel/order-fold.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const noon = 1_800_000_000_000;
const minute = 60_000;
const orderId = 'order-1';
const who = { orderId, customerId: 'kim' };
const name = { ko: '치킨', en: 'Chicken' };
const details = {
  ...who,
  storeId: 'chicken',
  storeName: name,
  lines: [{ itemId: 'fried', quantity: 2, name, priceWon: 19_000 }],
  totalWon: 38_000,
};
const rules: AuditRules = { at: noon + 60 * minute, graceMs: minute, storeDeadlineMs: 10 * minute, settleMs: minute };

let made = 0;
const event = <T extends OrderEventType>(type: T, data: Events[T], at = 0): JournalEvent => ({
  id: `e${++made}`,
  type,
  key: data.orderId,
  at: noon + at,
  data: data as Record<string, unknown>,
});
const told = (...what: string[]) =>
  what.map((one) => {
    const [recipient = '', about = ''] = one.split(' ');
    return event('NotificationSent', { orderId, channel: 'console', recipient, about, text: '.' });
  });

const received = (at = 0) => event('OrderReceived', { ...details, answerBy: noon + 10_000 }, at);
const approved = () => event('PaymentApproved', { orderId, amountWon: 38_000, paymentKey: 'p' });
const placed = (at = 0) =>
  event('OrderPlaced', { ...details, service: { autoAccept: true, prepMs: 0, rideMs: 0 } }, at);
const accepted = () => event('OrderAccepted', { ...who, prepMs: 0 });
const refunded = () => event('PaymentRefunded', { orderId, amountWon: 38_000 });
const cancelling = (attempt = 1) => event('OrderCancelling', { ...who, attempt, reason: 'x' });
const cancelled = () => event('OrderCancelled', { ...who, attempt: 1, refundedWon: 38_000 });
const rejected = () => event('OrderRejected', { ...who, storeId: 'chicken', code: 'busy', reason: 'Busy.' });
const unknown = () => event('PaymentUnknown', { orderId });
const voided = (amountWon = 0) => event('PaymentVoided', { orderId, amountWon });

const good: Record<string, JournalEvent[]> = {
  delivered: [
    received(),
    approved(),
    placed(),
    accepted(),
    event('OrderCooked', { ...who, storeName: name, rideMs: 0 }),
    event('RiderAssigned', { ...who, riderId: 'r' }),
    event('DeliveryDeparted', { ...who, riderId: 'r' }),
    event('DeliveryCompleted', { ...who, riderId: 'r' }),
    ...told('kim placed', 'owner:chicken placed', 'kim accepted', 'kim cooked', 'kim assigned', 'kim on-the-way'),
    ...told('kim delivered'),
  ],
  cancelled: [
    received(),
    approved(),
    placed(),
    cancelling(),
    refunded(),
    cancelled(),
    ...told('kim placed', 'owner:chicken placed', 'kim cancelling', 'kim cancelled', 'owner:chicken cancelled'),
  ],
  'charged, and nobody heard of it until it was voided': [
    received(),
    unknown(),
    rejected(),
    voided(38_000),
    ...told('kim rejected'),
  ],
  'declined, and told so': [received(), rejected(), ...told('kim rejected')],
};

const broken: [title: string, rule: string, events: JournalEvent[]][] = [
  [
    'an order that was established unpaid',
    'established-unpaid',
    [received(), placed(), accepted(), ...told('kim placed', 'owner:chicken placed', 'kim accepted')],
  ],
  ['an order that was charged twice', 'charged-twice', [...good['delivered']!, approved()]],
  [
    'an order that was charged another amount',
    'wrong-amount',
    [
      received(),
      event('PaymentApproved', { orderId, amountWon: 3_800, paymentKey: 'p' }),
      placed(),
      accepted(),
      ...told('kim placed', 'owner:chicken placed', 'kim accepted'),
    ],
  ],
  ['money that went back twice', 'refunded-twice', [...good['cancelled']!, refunded()]],
  ['a delivered order whose money went back', 'paid-not-kept', [...good['delivered']!, refunded()]],
  [
    'a cancelled order whose money is kept',
    'money-kept',
    [received(), approved(), event('OrderCancelled', { ...who, attempt: 1, refundedWon: 0 }), ...told('kim cancelled')],
  ],
  [
    'a payment whose outcome stays unknown',
    'outcome-unknown',
    [received(), unknown(), rejected(), ...told('kim rejected')],
  ],
  ['an order whose payment is never decided', 'stuck-unpaid', [received()]],
  [
    'an order that waits to be paid beyond its time',
    'stuck-deferred',
    [
      received(),
      event('OrderDeferred', { ...who, storeId: 'chicken', totalWon: 38_000, payBy: noon + minute }),
      ...told('kim payment-deferred'),
    ],
  ],
  [
    'an order that the store never answered',
    'stuck-unanswered',
    [received(), approved(), placed(), ...told('kim placed', 'owner:chicken placed')],
  ],
  [
    'a cancellation that nobody decides',
    'stuck-cancelling',
    [received(), approved(), placed(), cancelling(), ...told('kim placed', 'owner:chicken placed', 'kim cancelling')],
  ],
  ['a status that was told twice', 'told-twice', [...good['delivered']!, ...told('kim cooked')]],
  ['a status that nobody was told of', 'not-told', good['delivered']!.slice(0, -1)],
  [
    'a second cancellation that nobody was told of',
    'not-told',
    [
      ...good['delivered']!,
      cancelling(),
      event('CancelRefused', { ...who, attempt: 1, status: 'cooked', reason: 'x' }),
      ...told('kim cancelling', 'kim cancel-refused'),
      cancelling(2),
      event('CancelRefused', { ...who, attempt: 2, status: 'cooked', reason: 'x' }),
      ...told('kim cancel-refused-2'),
    ],
  ],
];

const test = suite('audit');
const folder = tempFolder();
let count = 0;
function auditOf(events: readonly JournalEvent[], changes: Partial<AuditRules> = {}, transactions?: Transaction[]) {
  const db = openReadModel(folder.file(`${++count}`));
  new Projection(db).apply(events.map((envelope, offset) => ({ offset, envelope })));
  const ledger = transactions && new ProviderLedger();
  for (const transaction of transactions ?? []) ledger!.add(transaction);
  const result = audit(db, { ...rules, ...changes }, ledger);
  db.close();
  return result;
}
test.after(() => folder.remove());

for (const [title, events] of Object.entries(good))
  test(`nothing is wrong with an order that was ${title}`, () => {
    assert.equal(auditOf(events).findings, []);
  });

for (const [title, rule, events] of broken)
  test(`finds ${title}, and says what to do`, () => {
    const { findings } = auditOf(events);
    assert.equal(
      findings.map((finding) => finding.rule),
      [rule],
      JSON.stringify(findings),
    );
    assert.is(findings[0]!.orderId, orderId);
    assert.match(findings[0]!.todo, /\.$/);
  });

const patient = [
  'money-kept',
  'outcome-unknown',
  'stuck-unpaid',
  'stuck-deferred',
  'stuck-unanswered',
  'stuck-cancelling',
];
test('what may still be under way is no finding yet', () => {
  for (const [title, rule, events] of broken)
    if (patient.includes(rule)) assert.equal(auditOf(events, { at: noon + 30_000 }).findings, [], title);
});

test('adds up what was taken, given back and kept', () => {
  const another = good['cancelled']!.map((one) => ({ ...one, id: `x${one.id}`, key: 'order-2' }));
  const { orders, standing, capturedWon, refundedWon, keptWon } = auditOf([...good['delivered']!, ...another]);
  assert.equal([orders, standing, capturedWon, refundedWon, keptWon], [2, 1, 76_000, 38_000, 38_000]);
});

const captured = (of = orderId, amountWon = 38_000): Transaction => ({
  kind: 'captured',
  orderId: of,
  amountWon,
  at: noon,
});
const givenBack = (amountWon = 38_000): Transaction => ({ kind: 'cancelled', orderId, amountWon, at: noon });

test('a provider whose ledger says the same is right', () => {
  assert.equal(auditOf(good['delivered']!, {}, [captured()]).findings, []);
  assert.equal(auditOf(good['cancelled']!, {}, [captured(), givenBack()]).findings, []);
});

const differing: [title: string, rule: string, order: string, transactions: Transaction[]][] = [
  ['charged twice', 'provider-charged-twice', 'delivered', [captured(), captured()]],
  ['never charged', 'provider-lacks-money', 'delivered', [captured('order-9', 0)]],
  ['gave back behind our back', 'provider-lacks-money', 'delivered', [captured(), givenBack(1_000)]],
  ['kept the money of a cancelled order', 'provider-keeps-money', 'cancelled', [captured()]],
  ['charged an order that was rejected', 'provider-keeps-money', 'declined, and told so', [captured()]],
  [
    'charged and gave back what nobody knows of',
    'provider-differs',
    'declined, and told so',
    [captured(), givenBack()],
  ],
];
for (const [title, rule, order, transactions] of differing)
  test(`finds that the provider ${title}`, () => {
    assert.equal(
      auditOf(good[order]!, {}, transactions).findings.map((finding) => finding.rule),
      [rule],
    );
  });

test('finds what the provider keeps for an order that nobody knows', () => {
  const { findings } = auditOf(good['delivered']!, {}, [captured(), captured('order-9')]);
  assert.equal(
    findings.map(({ rule, orderId }) => [rule, orderId]),
    [['provider-unknown-order', 'order-9']],
  );
});

test.run();
