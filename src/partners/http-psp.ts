import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PaymentProvider } from './psp.ts';
import { PspFailed, PspNonsense } from './psp-errors.ts';
import { askPsp, type PspAddress, type PspRefusal, type PspRequest } from './psp-requests.ts';

const payment = z.object({
  paymentKey: z.string().min(1).max(200),
  orderId: z.string(),
  status: z.string(),
  totalAmount: z.int().nonnegative(),
  balanceAmount: z.int().nonnegative(),
});
type Payment = z.infer<typeof payment>;

/** Statuses in which no money was taken, and none will be. */
const neverPaid = ['ABORTED', 'EXPIRED'];
/** Statuses in which money was taken. */
const paid = ['DONE', 'PARTIAL_CANCELED', 'CANCELED'];

/**
 * A payment provider that speaks Toss Payments' billing API: `baedal psp`, the real one's test environment, or the real one. It must be
 * asked through a guard, since it may be slow or broken.
 */
export class HttpPsp implements PaymentProvider {
  constructor(private readonly address: PspAddress) {}

  charge: PaymentProvider['charge'] = async ({ orderId, customerId, amountWon, billingKey }, signal) => {
    const name = pspOrderId(orderId);
    const said = await this.ask(
      {
        method: 'POST',
        path: `/v1/billing/${encodeURIComponent(billingKey)}`,
        // The same to the letter whenever it is asked again: otherwise it would be another request under the same key.
        body: { customerKey: customerKey(customerId), amount: amountWon, orderId: name, orderName: `baedal ${name}` },
        idempotencyKey: `charge-${name}`,
      },
      signal,
    );
    const found = 'refusal' in said && isRepeat(said.refusal) ? await this.find(orderId, signal) : said;
    if (found === undefined) throw new PspFailed('The payment provider has and has not charged the order.');
    if ('refusal' in found) {
      const { code, message } = found.refusal;
      return { outcome: 'declined', code: code.slice(0, 200), reason: message.slice(0, 2_000) };
    }
    const { status, totalAmount, balanceAmount, paymentKey } = found.payment;
    if (!paid.includes(status) || balanceAmount < totalAmount)
      return { outcome: 'declined', code: 'ALREADY_CANCELED_PAYMENT', reason: 'The payment was cancelled.' };
    if (totalAmount !== amountWon || found.payment.orderId !== name)
      throw new PspNonsense(this.address.url(), `it charged ${totalAmount} won for ${found.payment.orderId}`);
    return { outcome: 'approved', amountWon, paymentKey };
  };

  void: PaymentProvider['void'] = async ({ orderId, look }, signal) => {
    const found = await this.find(orderId, signal);
    if (found === undefined) return { orderId, outcome: 'absent', look };
    const { status, paymentKey } = found.payment;
    if (neverPaid.includes(status)) return { orderId, outcome: 'closed', amountWon: 0 };
    if (!paid.includes(status)) return { orderId, outcome: 'absent', look }; // it has been begun
    const amountWon = await this.cancel(orderId, paymentKey, 'the order was not established', signal);
    return { orderId, outcome: 'closed', amountWon };
  };

  refund: PaymentProvider['refund'] = async ({ orderId, reason, paymentKey: known }, signal) => {
    const paymentKey = known ?? (await this.find(orderId, signal))?.payment.paymentKey;
    if (paymentKey === undefined)
      throw new PspFailed(
        `The payment provider knows of no charge for the order ${orderId}, which is to be given back.`,
      );
    return { orderId, outcome: 'refunded', amountWon: await this.cancel(orderId, paymentKey, reason, signal) };
  };

  /**
   * Asks for an order that there is not, to see whether the provider talks to us.
   * @throws {PspKeyRefused | PspNonsense | PspUnreachable | PspFailed}
   */
  async check(signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'GET', path: '/v1/payments/orders/baedal-is-anybody-there' }, signal);
  }

  /** Gives back all that is left of a charge. Returns what was captured, in won. */
  private async cancel(orderId: string, paymentKey: string, why: string, signal: AbortSignal): Promise<number> {
    const said = await this.ask(
      {
        method: 'POST',
        path: `/v1/payments/${encodeURIComponent(paymentKey)}/cancel`,
        body: { cancelReason: why.slice(0, 200) || 'cancelled' },
        idempotencyKey: `cancel-${pspOrderId(orderId)}`,
      },
      signal,
    );
    const now = 'refusal' in said ? await this.find(orderId, signal) : said;
    if (now?.payment.balanceAmount === 0) return now.payment.totalAmount;
    throw new PspFailed(
      `The payment provider did not give the money of the order ${orderId} back: ${'refusal' in said ? `${said.refusal.code}, ${said.refusal.message}` : `${said.payment.balanceAmount} won are left`}.`,
    );
  }

  private async find(orderId: string, signal: AbortSignal): Promise<{ payment: Payment } | undefined> {
    const path = `/v1/payments/orders/${encodeURIComponent(pspOrderId(orderId))}`;
    const said = await this.ask({ method: 'GET', path }, signal);
    if (!('refusal' in said)) return said;
    if (said.refusal.code === 'NOT_FOUND_PAYMENT') return undefined;
    throw new PspNonsense(this.address.url(), `it answered a look-up with ${said.refusal.code}`);
  }

  private async ask(request: PspRequest, signal: AbortSignal): Promise<{ payment: Payment } | { refusal: PspRefusal }> {
    const said = await askPsp(this.address, request, signal);
    if ('refusal' in said) return said;
    const read = payment.safeParse(said.json);
    if (read.success) return { payment: read.data };
    throw new PspNonsense(this.address.url(), 'it answered with JSON that is no payment');
  }
}

/** It was charged already, or asked under the same key with other words: what there is says what became of it. */
const isRepeat = ({ status, code }: PspRefusal) =>
  status === 422 || code === 'ALREADY_PROCESSED_PAYMENT' || code === 'DUPLICATED_ORDER_ID';

/** What the provider takes as an order id. */
const fits = /^[A-Za-z0-9_=-]{6,64}$/;

/** The name of an order with the provider: its own where the provider takes it, else a digest of it that begins with `order=`. */
export const pspOrderId = (orderId: string): string =>
  fits.test(orderId) ? orderId : `order=${createHash('sha256').update(orderId).digest('base64url')}`;

/** The name of a customer with the provider, in the same way. */
const customerKey = (customerId: string): string =>
  /^[A-Za-z0-9_=.@-]{2,300}$/.test(customerId)
    ? customerId
    : `customer=${createHash('sha256').update(customerId).digest('base64url')}`;
