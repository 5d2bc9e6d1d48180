import { type AuditedOrder, stands } from './audited-orders.ts';
import type { AuditRules, Finding } from './finding.ts';
import { isQuiet } from './order-rules.ts';

/** What a payment provider did: it took money, or gave some back. `at` is epoch milliseconds. */
export type Transaction = { kind: 'captured' | 'cancelled'; orderId: string; amountWon: number; at: number };

/** What a payment provider did for one order. */
type Account = { captures: number; capturedWon: number; cancelledWon: number; lastAt: number };

const won = (amount: number) => `${amount.toLocaleString('en-US')} won`;

/** The provider's own ledger, by the order id that it was given. Orders are held against it one after the other. */
export class ProviderLedger {
  readonly totals = { transactions: 0, capturedWon: 0, cancelledWon: 0 };
  private readonly accounts = new Map<string, Account>();

  add({ kind, orderId, amountWon, at }: Transaction): void {
    const account = this.accounts.get(orderId) ?? { captures: 0, capturedWon: 0, cancelledWon: 0, lastAt: 0 };
    if (kind === 'captured') account.captures++;
    account[kind === 'captured' ? 'capturedWon' : 'cancelledWon'] += amountWon;
    account.lastAt = Math.max(account.lastAt, at);
    this.accounts.set(orderId, account);
    this.totals.transactions++;
    this.totals[kind === 'captured' ? 'capturedWon' : 'cancelledWon'] += amountWon;
  }

  /** What does not agree with an order. @param name its id with the provider */
  compare(order: AuditedOrder, name: string, rules: AuditRules): Finding[] {
    const account = this.accounts.get(name);
    this.accounts.delete(name);
    const { captures, capturedWon, cancelledWon, lastAt } = account ?? {
      captures: 0,
      capturedWon: 0,
      cancelledWon: 0,
      lastAt: 0,
    };
    const { orderId, status, totalWon } = order;
    const finding = (rule: string, what: string, todo: string): Finding[] => [{ rule, orderId, what, todo }];
    if (captures > 1)
      return finding(
        'provider-charged-twice',
        `The provider charged it ${captures} times, ${won(capturedWon)} in all.`,
        'Give back there what is too much.',
      );
    if (!isQuiet(order, rules) || lastAt + rules.graceMs >= rules.at) return [];
    const keptWon = capturedWon - cancelledWon;
    const dueWon = stands(order) ? (totalWon ?? 0) : 0;
    if (keptWon !== dueWon)
      return finding(
        keptWon > dueWon ? 'provider-keeps-money' : 'provider-lacks-money',
        `It is ${status}, so ${won(dueWon)} are to be kept; the provider keeps ${won(keptWon)}.`,
        keptWon > dueWon
          ? 'Give back there what is too much, unless a refund or a void is still being tried.'
          : 'See who gave money back at the provider.',
      );
    if (capturedWon !== order.paidWon || cancelledWon !== order.refundedWon)
      return finding(
        'provider-differs',
        `The provider took ${won(capturedWon)} and gave ${won(cancelledWon)} back; here it is ${won(order.paidWon)} and ${won(order.refundedWon)}.`,
        'Nothing is kept that is not due. See the story of the order for what was not heard of here.',
      );
    return [];
  }

  /** Orders that the provider keeps money for and that nobody here has heard of. */
  *unheardOf({ at, graceMs }: AuditRules): Generator<Finding> {
    for (const [orderId, { capturedWon, cancelledWon, lastAt }] of this.accounts)
      if (capturedWon !== cancelledWon && lastAt + graceMs < at)
        yield {
          rule: 'provider-unknown-order',
          orderId,
          what: `The provider keeps ${won(capturedWon - cancelledWon)} for an order that is not known here.`,
          todo: 'See whether another platform uses the same key; otherwise give it back there.',
        };
  }
}
