import { randomBytes } from 'node:crypto';
import { type Answer, refusal } from './answer.ts';
import type { Book, Names, Payment } from './book.ts';
import { declinedByChance, declineOf, isCard } from './cards.ts';
import { paymentForm, transactionForm } from './forms.ts';
import type { Counts } from './knobs.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerLine } from './ledger-lines.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { cancelRequest, chargeRequest, read, transactionsRequest } from './requests.ts';

type Surroundings = {
  book: Book;
  ledger: Ledger;
  counts: Counts;
  now: () => number;
  /** Whether chance declines the next charge. */
  declines: () => boolean;
};

const countOf = { captured: 'approved', cancelled: 'cancelled', declined: 'declined' } as const;
const leastWon = 100;
const notFound = refusal(404, 'NOT_FOUND_PAYMENT', 'There is no such payment.');

/** What the provider does for a shop. Nothing is done before it is on the ledger. */
export class Payments {
  readonly #turns = new OneAtATime();

  constructor(private readonly around: Surroundings) {}

  /** @throws the ledger could not be written; then nothing was done */
  async charge(billingKey: string, body: unknown): Promise<Answer> {
    const understood = read(chargeRequest, body);
    if ('wrong' in understood) return understood.wrong;
    const { orderId, orderName, customerKey, amount } = understood.asked;
    if (amount < leastWon) return refusal(400, 'BELOW_MINIMUM_AMOUNT', `The least amount is ${leastWon} won.`);
    if (!isCard(billingKey)) return refusal(400, 'INVALID_BILL_KEY_REQUEST', 'There is no such card.');
    const { book, declines } = this.around;
    return this.#turns.run(orderId, async () => {
      if (book.ofOrder(orderId)) return refusal(400, 'ALREADY_PROCESSED_PAYMENT', 'The order has been paid.');
      const decline = declineOf(billingKey) ?? (declines() ? declinedByChance : undefined);
      const paymentKey = decline ? '' : `tpay_${randomBytes(18).toString('base64url')}`;
      const names = { orderName, customerKey, cancelReason: '' };
      await this.#record({ kind: decline ? 'declined' : 'captured', orderId, paymentKey, amountWon: amount }, names);
      return decline ?? answered(book.ofOrder(orderId));
    });
  }

  /** @throws as charge */
  async cancel(paymentKey: string, body: unknown): Promise<Answer> {
    const understood = read(cancelRequest, body);
    if ('wrong' in understood) return understood.wrong;
    const { cancelReason, cancelAmount } = understood.asked;
    const payment = this.around.book.ofKey(paymentKey);
    if (!payment) return notFound;
    const { orderId } = payment;
    return this.#turns.run(orderId, async () => {
      const { leftWon } = payment;
      if (leftWon === 0) return refusal(400, 'ALREADY_CANCELED_PAYMENT', 'All of the payment has been given back.');
      const amountWon = cancelAmount ?? leftWon;
      if (amountWon > leftWon) return refusal(403, 'NOT_CANCELABLE_AMOUNT', `Only ${leftWon} won are left.`);
      const names = { orderName: '', customerKey: '', cancelReason };
      await this.#record({ kind: 'cancelled', orderId, paymentKey, amountWon }, names);
      return answered(payment);
    });
  }

  ofOrder = (orderId: string): Answer => answered(this.around.book.ofOrder(orderId));
  ofKey = (paymentKey: string): Answer => answered(this.around.book.ofKey(paymentKey));

  transactions(query: unknown): Answer {
    const understood = read(transactionsRequest, query);
    if ('wrong' in understood) return understood.wrong;
    const { startDate, endDate, limit = 100, startingAfter } = understood.asked;
    const found = this.around.book.transactions(startDate.firstMs, endDate.lastMs, limit, startingAfter);
    if (!found) return refusal(400, 'INVALID_TRANSACTION_KEY', `There is no transaction ${startingAfter}.`);
    return { status: 200, body: found.map(transactionForm) };
  }

  async #record(what: Omit<LedgerLine, 'at'>, names: Names): Promise<void> {
    const { book, ledger, counts, now } = this.around;
    const line = { at: now(), ...what };
    await ledger.append(line);
    book.add(line, names);
    counts[countOf[line.kind]] += 1;
  }
}

const answered = (payment: Payment | undefined): Answer =>
  payment ? { status: 200, body: paymentForm(payment) } : notFound;
