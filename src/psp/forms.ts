import type { Payment, Transaction } from './book.ts';
import { kst } from './times.ts';

/** The name of the shop. */
const mId = 'baedal';
const method = '카드';

/** A payment as the provider tells it. */
export const paymentForm = (payment: Payment) => ({
  mId,
  paymentKey: payment.paymentKey,
  orderId: payment.orderId,
  orderName: payment.orderName,
  status: statusOf(payment),
  totalAmount: payment.amountWon,
  balanceAmount: payment.leftWon,
  currency: 'KRW',
  method,
  requestedAt: kst(payment.at),
  approvedAt: kst(payment.at),
  cancels:
    payment.cancels.length === 0
      ? null
      : payment.cancels.map(({ transactionKey, reason, amountWon, at }) => ({
          transactionKey,
          cancelReason: reason,
          cancelAmount: amountWon,
          canceledAt: kst(at),
          cancelStatus: 'DONE',
        })),
});

function statusOf({ amountWon, leftWon }: Payment): Transaction['status'] {
  if (leftWon === amountWon) return 'DONE';
  return leftWon === 0 ? 'CANCELED' : 'PARTIAL_CANCELED';
}

export const transactionForm = ({ payment, transactionKey, at, amountWon, status }: Transaction) => ({
  mId,
  transactionKey,
  paymentKey: payment.paymentKey,
  orderId: payment.orderId,
  method,
  customerKey: payment.customerKey,
  useEscrow: false,
  amount: amountWon,
  status,
  currency: 'KRW',
  transactionAt: kst(at),
});
