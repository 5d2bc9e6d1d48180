import { type AuditedOrder, stands } from './audited-orders.ts';
import type { AuditRules, Finding } from './finding.ts';

type Rule = (order: AuditedOrder, rules: AuditRules) => Omit<Finding, 'orderId' | 'rule'> | undefined;

const won = (amount: number) => `${amount.toLocaleString('en-US')} won`;

/** Nothing has changed for a while, so nothing is under way. */
export const isQuiet = ({ changedAt }: AuditedOrder, { at, graceMs }: AuditRules): boolean => changedAt + graceMs < at;

/** Whether a time has passed by more than what may still be under way. */
const isPast = (time: number | null, { at, graceMs }: AuditRules): boolean => time !== null && time + graceMs < at;

const askActors = (who: string) => `See that \`baedal up --actors ${who}\` runs, and what it says.`;
const giveBack = 'Compare with the provider (baedal audit --psp), and give back there what is too much.';

/** What must hold for every order, by the name of the rule. */
const orderRules: Record<string, Rule> = {
  'established-unpaid': ({ placings, approvals }) =>
    placings > 0 && approvals === 0
      ? { what: 'It was established, and no payment was approved.', todo: 'Cancel it, or charge it by hand.' }
      : undefined,

  'charged-twice': ({ approvals }) =>
    approvals > 1 ? { what: `${approvals} payments were approved for it.`, todo: giveBack } : undefined,

  'wrong-amount': ({ approvals, paidWon, totalWon }) =>
    approvals > 0 && totalWon !== null && paidWon !== totalWon
      ? { what: `It comes to ${won(totalWon)}, and ${won(paidWon)} were charged.`, todo: giveBack }
      : undefined,

  'refunded-twice': ({ refunds, refundedWon, paidWon }) =>
    refunds > 1 || refundedWon > paidWon
      ? { what: `${won(refundedWon)} of ${won(paidWon)} went back, in ${refunds} refunds.`, todo: giveBack }
      : undefined,

  'paid-not-kept': (order) =>
    stands(order) && order.status !== 'cancelling' && order.refundedWon > 0
      ? { what: `It is ${order.status}, and ${won(order.refundedWon)} went back.`, todo: giveBack }
      : undefined,

  'money-kept': (order, rules) =>
    !stands(order) && order.status !== 'cancelling' && order.paidWon !== order.refundedWon && isQuiet(order, rules)
      ? {
          what: `It is ${order.status}, and ${won(order.paidWon - order.refundedWon)} are kept.`,
          todo: `Wait for the refund, which is tried for as long as it takes. ${askActors('payment')}`,
        }
      : undefined,

  'outcome-unknown': ({ unknowns, voids, unknownAt }, rules) =>
    unknowns > 0 && voids === 0 && isPast(unknownAt === null ? null : unknownAt + rules.settleMs, rules)
      ? {
          what: 'Nobody knows whether it was charged, and it has not been voided.',
          todo: `Wait for the void, which is tried for as long as it takes. ${askActors('payment')}`,
        }
      : undefined,

  'stuck-unpaid': ({ status, answerBy }, rules) =>
    status === 'awaiting-payment' && isPast(answerBy, rules)
      ? { what: 'Its payment was not decided in time.', todo: askActors('order,payment') }
      : undefined,

  'stuck-deferred': ({ status, payBy }, rules) =>
    status === 'payment-deferred' && isPast(payBy, rules)
      ? { what: 'It waits to be paid, and its time is up.', todo: askActors('order,payment') }
      : undefined,

  'stuck-unanswered': ({ status, placedAt }, rules) =>
    status === 'placed' && isPast(placedAt === null ? null : placedAt + rules.storeDeadlineMs, rules)
      ? { what: 'The store has neither accepted nor refused it in time.', todo: askActors('kitchen') }
      : undefined,

  'stuck-cancelling': ({ status, cancellingAt }, rules) =>
    status === 'cancelling' && isPast(cancellingAt, rules)
      ? { what: 'It is being cancelled, and nobody has decided.', todo: askActors('rider,payment') }
      : undefined,
};

/** What is wrong with one order. */
export const judgeOrder = (order: AuditedOrder, rules: AuditRules): Finding[] =>
  Object.entries(orderRules).flatMap(([rule, holds]) => {
    const found = holds(order, rules);
    return found ? [{ rule, orderId: order.orderId, ...found }] : [];
  });
