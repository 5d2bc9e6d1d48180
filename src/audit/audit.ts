import type { Database } from '../sqlite/open-database.ts';
import { auditedOrders, stands } from './audited-orders.ts';
import type { AuditRules, Finding } from './finding.ts';
import { judgeNotifications } from './notification-rules.ts';
import { judgeOrder } from './order-rules.ts';
import type { ProviderLedger } from './provider-ledger.ts';

export type Audit = {
  orders: number;
  /** How many were placed and were neither refused nor cancelled. */
  standing: number;
  capturedWon: number;
  refundedWon: number;
  keptWon: number;
  findings: Finding[];
};

/**
 * Holds the money against the orders, and both against the provider's own ledger, if given. What is seen of the read model is of one moment.
 * @param nameOf an order's id -> its id with the provider
 */
export function audit(db: Database, rules: AuditRules, ledger?: ProviderLedger, nameOf = (id: string) => id): Audit {
  const result: Audit = { orders: 0, standing: 0, capturedWon: 0, refundedWon: 0, keptWon: 0, findings: [] };
  for (const order of auditedOrders(db)) {
    result.orders++;
    if (stands(order)) result.standing++;
    result.capturedWon += order.paidWon;
    result.refundedWon += order.refundedWon;
    result.findings.push(...judgeOrder(order, rules), ...judgeNotifications(order, rules));
    if (ledger) result.findings.push(...ledger.compare(order, nameOf(order.orderId), rules));
  }
  if (ledger) result.findings.push(...ledger.unheardOf(rules));
  result.keptWon = result.capturedWon - result.refundedWon;
  return result;
}
