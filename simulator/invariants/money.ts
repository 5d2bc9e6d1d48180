import { type Broken, eventsOf, type Invariant, statusOf } from './evidence.ts';

/** The provider takes money once at most, gives it back once at most, and keeps what it took for those orders alone that were delivered. */
export const moneyBalances: Invariant = (evidence) => {
  const broken: Broken[] = [];
  const say = (rule: string, sentence: string) => broken.push({ rule, sentence });
  for (const [orderId, account] of evidence.platform.provider.accounts) {
    const { charges, capturedWon, refunds, refundedWon } = account;
    const status = statusOf(evidence, orderId);
    const kept = capturedWon - refundedWon;
    if (charges > 1) say('charged-once', `${orderId} was charged ${charges} times.`);
    if (refunds > 1 && refundedWon > 0)
      say('refunded-once', `The money of ${orderId} was given back ${refunds} times.`);
    if (status === 'delivered' && (kept !== capturedWon || kept <= 0))
      say('delivered-is-paid', `${orderId} was delivered, and ${kept} won are kept.`);
    if (status !== 'delivered' && kept !== 0)
      say('no-money-kept', `${orderId} is ${status}, and ${kept} won are kept.`);
  }
  for (const orderId of evidence.people.orderIds)
    if (
      eventsOf(evidence, orderId).some(({ type }) => type === 'OrderPlaced') &&
      !evidence.platform.provider.accounts.get(orderId)?.charges
    )
      say('established-is-charged', `${orderId} was established, and nobody was charged for it.`);
  return broken;
};
