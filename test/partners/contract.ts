import { setMaxListeners } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Calls } from '../../src/actors/messages.ts';
import type { PaymentProvider } from '../../src/partners/psp.ts';
import { PspFault } from '../../src/partners/psp-errors.ts';

const { signal } = new AbortController();
setMaxListeners(0, signal); // many requests at once share it

export const charge = (rest: Partial<Calls['Charge']> = {}): Calls['Charge'] => ({
  orderId: 'order-1',
  customerId: 'kim',
  amountWon: 9_000,
  billingKey: 'card-kim',
  answerBy: 2_000,
  tries: 0,
  ...rest,
});

/** The fault that it ends with. */
export async function faultOf(asked: Promise<unknown>): Promise<PspFault> {
  const fault = await asked.then(
    (answer) => new Error(`It was answered: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(fault instanceof PspFault)) throw fault;
  return fault;
}

/** A provider under test; `again` opens it once more, as after a restart, and `close` lets go of it all. */
export type Opened = {
  psp: PaymentProvider;
  again(): Promise<PaymentProvider>;
  /** Whether a void forbids a charge that comes after it. A real provider knows no such thing. */
  voidForbids: boolean;
  close(): Promise<void>;
};

/** What every payment provider promises. */
export function pspContract(name: string, open: () => Promise<Opened>) {
  const test = suite<{ opened: Opened; psp: PaymentProvider }>(name);
  test.before.each(async (context) => {
    context.opened = await open();
    context.psp = context.opened.psp;
  });
  test.after.each(({ opened }) => opened.close());

  test('a charge asked for twice is charged once and answered alike', async ({ psp }) => {
    const first = await psp.charge(charge(), signal);
    assert.is(first.outcome, 'approved');
    assert.is(first.outcome === 'approved' && first.amountWon, 9_000);
    assert.equal(await psp.charge(charge(), signal), first);
  });

  test('it remembers what it charged when it is started again', async ({ psp, opened }) => {
    const first = await psp.charge(charge(), signal);
    const again = await opened.again();
    assert.equal(await again.charge(charge(), signal), first);
    assert.equal(await again.refund({ orderId: 'order-1', amountWon: 9_000, reason: 'x' }, signal), {
      orderId: 'order-1',
      outcome: 'refunded',
      amountWon: 9_000,
    });
  });

  test('a card that does not pay is an answer with a reason', async ({ psp }) => {
    const cards = {
      'card-declined': 'REJECT_CARD_COMPANY',
      'card-expired': 'INVALID_CARD_EXPIRATION',
      'card-limit': 'EXCEED_MAX_AMOUNT',
    };
    for (const [billingKey, code] of Object.entries(cards)) {
      const declined = await psp.charge(charge({ orderId: billingKey, billingKey }), signal);
      assert.is(declined.outcome, 'declined');
      assert.is(declined.outcome === 'declined' && declined.code, code);
      assert.match(declined.outcome === 'declined' ? declined.reason : '', /^The .*\.$/);
    }
  });

  test('a void gives back what was charged, and a second one changes nothing', async ({ psp }) => {
    await psp.charge(charge(), signal);
    const closed = { orderId: 'order-1', outcome: 'closed', amountWon: 9_000 };
    assert.equal(await psp.void({ orderId: 'order-1', look: 0 }, signal), closed);
    assert.equal(await psp.void({ orderId: 'order-1', look: 0 }, signal), closed);
  });

  test('a void of what was never charged keeps nothing', async ({ psp, opened }) => {
    const said = await psp.void({ orderId: 'order-2', look: 0 }, signal);
    assert.is(said.outcome, opened.voidForbids ? 'closed' : 'absent');
    const late = await psp.charge(charge({ orderId: 'order-2' }), signal);
    assert.is(late.outcome, opened.voidForbids ? 'declined' : 'approved');
    assert.equal(await psp.void({ orderId: 'order-2', look: 0 }, signal), {
      orderId: 'order-2',
      outcome: 'closed',
      amountWon: opened.voidForbids ? 0 : 9_000,
    });
  });

  test('a refund asked for twice gives back once', async ({ psp }) => {
    const paid = await psp.charge(charge(), signal);
    const key = paid.outcome === 'approved' ? { paymentKey: paid.paymentKey } : {};
    const refunded = { orderId: 'order-1', outcome: 'refunded', amountWon: 9_000 };
    const ask = { orderId: 'order-1', amountWon: 9_000, reason: 'cancelled', ...key };
    assert.equal(await psp.refund(ask, signal), refunded);
    assert.equal(await psp.refund(ask, signal), refunded);
    assert.equal(await psp.refund({ ...ask, reason: 'in other words' }, signal), refunded);
  });

  test('many charges at once are each charged', async ({ psp }) => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => psp.charge(charge({ orderId: `order-${i}` }), signal)),
    );
    assert.is(answers.filter(({ outcome }) => outcome === 'approved').length, 200);
  });

  return test;
}
