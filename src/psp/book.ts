import { createHash } from 'node:crypto';
import type { LedgerLine } from './ledger-lines.ts';

export type Cancel = { at: number; amountWon: number; reason: string; transactionKey: string };

export type Payment = {
  orderId: string;
  paymentKey: string;
  orderName: string;
  customerKey: string;
  at: number;
  amountWon: number;
  /** What has not been given back. */
  leftWon: number;
  transactionKey: string;
  cancels: Cancel[];
};

/** One capture or one cancel. */
export type Transaction = {
  payment: Payment;
  transactionKey: string;
  at: number;
  amountWon: number;
  status: 'DONE' | 'CANCELED' | 'PARTIAL_CANCELED';
};

/** What the ledger does not keep: it is empty after a restart. */
export type Names = { orderName: string; customerKey: string; cancelReason: string };
const noNames: Names = { orderName: '', customerKey: '', cancelReason: '' };

/** The lines of the ledger, folded. */
export class Book {
  readonly #byOrder = new Map<string, Payment>();
  readonly #byKey = new Map<string, Payment>();
  readonly #transactions: Transaction[] = [];
  readonly #places = new Map<string, number>();

  ofOrder(orderId: string): Payment | undefined {
    return this.#byOrder.get(orderId);
  }

  ofKey(paymentKey: string): Payment | undefined {
    return this.#byKey.get(paymentKey);
  }

  /** @throws {Error} it does not go with the lines before it */
  add(line: LedgerLine, names: Names = noNames): void {
    if (line.kind === 'captured') this.#capture(line, names);
    if (line.kind === 'cancelled') this.#cancel(line, names);
  }

  /** Captures and cancels in the order of the ledger, or nothing if there is none called `after`. */
  transactions(firstMs: number, lastMs: number, limit: number, after?: string): Transaction[] | undefined {
    const before = after === undefined ? -1 : this.#places.get(after);
    if (before === undefined) return undefined;
    const found: Transaction[] = [];
    for (let place = before + 1; place < this.#transactions.length && found.length < limit; place += 1) {
      const transaction = this.#transactions[place]!;
      if (transaction.at >= firstMs && transaction.at <= lastMs) found.push(transaction);
    }
    return found;
  }

  #capture({ at, orderId, paymentKey, amountWon }: LedgerLine, { orderName, customerKey }: Names): void {
    if (this.#byOrder.has(orderId)) throw new Error(`the order ${orderId} was captured before`);
    if (this.#byKey.has(paymentKey)) throw new Error(`there is a payment ${paymentKey} already`);
    const transactionKey = transactionKeyOf(paymentKey, 0);
    const given = { orderId, paymentKey, orderName, customerKey, at, amountWon };
    const payment: Payment = { ...given, leftWon: amountWon, transactionKey, cancels: [] };
    this.#byOrder.set(orderId, payment);
    this.#byKey.set(paymentKey, payment);
    this.#list({ payment, transactionKey, at, amountWon, status: 'DONE' });
  }

  #cancel({ at, orderId, paymentKey, amountWon }: LedgerLine, { cancelReason }: Names): void {
    const payment = this.#byKey.get(paymentKey);
    if (payment?.orderId !== orderId) throw new Error(`the order ${orderId} has no payment ${paymentKey}`);
    if (amountWon > payment.leftWon) throw new Error(`only ${payment.leftWon} won were left to give back`);
    const transactionKey = transactionKeyOf(paymentKey, payment.cancels.length + 1);
    payment.cancels.push({ at, amountWon, reason: cancelReason, transactionKey });
    payment.leftWon -= amountWon;
    const status = payment.leftWon === 0 ? 'CANCELED' : 'PARTIAL_CANCELED';
    this.#list({ payment, transactionKey, at, amountWon, status });
  }

  #list(transaction: Transaction): void {
    this.#places.set(transaction.transactionKey, this.#transactions.length);
    this.#transactions.push(transaction);
  }
}

/** It follows from the ledger, so that who pages through the transactions can go on after a restart. */
const transactionKeyOf = (paymentKey: string, place: number): string =>
  createHash('sha256').update(`${paymentKey} ${place}`).digest('hex').slice(0, 32).toUpperCase();
