import {
  foldOrder,
  type JournalEvent,
  type OrderRow,
  statusOf as shownStatus,
  unknownOrder,
} from '../../src/readmodel/order-fold.ts';
import { type Broken, type Invariant, statusOf } from './evidence.ts';

/** The real fold, of events as they come: twice perhaps, and in any order. */
export function foldAll(events: readonly JournalEvent[]): Map<string, OrderRow> {
  const rows = new Map<string, OrderRow>();
  for (const event of events)
    rows.set(event.key, foldOrder(rows.get(event.key) ?? unknownOrder(event.key, event.at), event));
  return rows;
}

/** The read model shows what the order actor and the provider know, whatever the order of the events and however often they come. */
export const readModelAgrees: Invariant = (evidence) => {
  const { platform, people, fold } = evidence;
  const journal = platform.broker.journal.filter(({ type }) => type !== 'BreakerChanged');
  const rows = fold(journal);
  const backwards = fold(journal.toReversed());
  return people.orderIds.flatMap((orderId): Broken[] => {
    const status = statusOf(evidence, orderId);
    const row = rows.get(orderId);
    const broken = (what: string) => [{ rule: 'read-model-agrees', sentence: `The read model ${what}` }];
    if (!row) return status === 'none' ? [] : broken(`has never heard of ${orderId}, which is ${status}.`);
    if (shownStatus(row) !== status) return broken(`shows ${orderId} as ${shownStatus(row)}, and it is ${status}.`);
    if (JSON.stringify(row) !== JSON.stringify(backwards.get(orderId)))
      return broken(`comes to another row of ${orderId} when its events come in another order.`);
    const { capturedWon, refundedWon } = platform.provider.accounts.get(orderId) ?? { capturedWon: 0, refundedWon: 0 };
    if (row.paidWon !== capturedWon || row.refundedWon !== refundedWon)
      return broken(
        `has ${row.paidWon} won paid and ${row.refundedWon} given back for ${orderId}; the provider ${capturedWon} and ${refundedWon}.`,
      );
    return [];
  });
};
