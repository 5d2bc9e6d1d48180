import type { OrderStatus } from '../../actors/messages.ts';
import type { Lang } from '../../actors/notifier/texts.ts';
import { isOver } from '../../actors/order/order-state.ts';
import { foldOrder, type JournalEvent, type OrderRow, statusOf, unknownOrder } from '../../readmodel/order-fold.ts';
import { basket, clock, cut, named, pad, shown, span, won } from '../show.ts';

type Step = { status: OrderStatus; at: number };

/** Listens to the journal and tells what became of the demo's orders. */
export class DemoStories {
  private readonly rows = new Map<string, OrderRow>();
  private readonly steps = new Map<string, Step[]>();
  private readonly heard = new Set<string>();
  private readonly expected = new Set<string>();
  private readonly told = new Set<string>();
  private messages = 0;

  constructor(private readonly lang: Lang) {}

  /** An order that is about to be placed. */
  expect(orderId: string): void {
    this.expected.add(orderId);
  }

  /** Takes in an event; `tell` is given a line for each change of status. */
  hear(event: JournalEvent, tell?: (line: string) => void): void {
    if (!this.expected.has(event.key) || this.heard.has(event.id)) return;
    this.heard.add(event.id);
    if (event.type === 'NotificationSent') {
      this.messages++;
      this.told.add(`${event.key} ${event.data['about']}`);
    }
    const before = this.rows.get(event.key);
    const row = foldOrder(before ?? unknownOrder(event.key, event.at), event);
    this.rows.set(event.key, row);
    const status = statusOf(row);
    if (before && statusOf(before) === status) return;
    this.steps.set(event.key, [...(this.steps.get(event.key) ?? []), { status, at: event.at }]);
    tell?.(`${clock(event.at)}  ${row.orderId}  ${pad(shown(status, this.lang), 18)}  ${this.what(row)}`);
  }

  /** How many orders have not come to an end, or somebody has not been told so. */
  get open(): number {
    return [...this.expected].filter((orderId) => {
      const status = this.statusOf(orderId) ?? 'none';
      return !isOver(status) || !this.told.has(`${orderId} ${status}`);
    }).length;
  }

  /** Whether exactly what was delivered was kept: everything else that was paid has gone back. */
  get moneyAddsUp(): boolean {
    return [...this.rows.values()].every((row) =>
      statusOf(row) === 'delivered'
        ? row.paidWon === row.totalWon && row.refundedWon === 0
        : row.paidWon === row.refundedWon,
    );
  }

  /** Each order in a line: what it is, and when it came where. */
  journeys(): string[] {
    return [...this.rows.values()].map((row) => {
      const steps = this.steps.get(row.orderId) ?? [];
      const told = steps.slice(1).map(({ status, at }) => `${shown(status, this.lang)} ${span(at - steps[0]!.at)}`);
      return `${row.orderId}  ${this.what(row)}\n            ${told.join('  ')}`;
    });
  }

  summary(tookMs: number) {
    const rows = [...this.rows.values()];
    const statuses: Partial<Record<OrderStatus, number>> = {};
    for (const row of rows) statuses[statusOf(row)] = (statuses[statusOf(row)] ?? 0) + 1;
    const sum = (of: (row: OrderRow) => number) => rows.reduce((total, row) => total + of(row), 0);
    const paidWon = sum((row) => row.paidWon);
    const refundedWon = sum((row) => row.refundedWon);
    return {
      orders: this.expected.size,
      statuses,
      paidWon,
      refundedWon,
      keptWon: paidWon - refundedWon,
      messages: this.messages,
      tookMs,
    };
  }

  report(tookMs: number): string[] {
    const { orders, statuses, paidWon, refundedWon, keptWon, messages } = this.summary(tookMs);
    return [
      `${orders} orders in ${span(tookMs)}: ${Object.entries(statuses)
        .map(([status, n]) => `${n} ${status}`)
        .join(', ')}`,
      `${won(paidWon)} won paid, ${won(refundedWon)} won given back, ${won(keptWon)} won kept; ${messages} messages sent`,
    ];
  }

  private statusOf(orderId: string): OrderStatus | undefined {
    const row = this.rows.get(orderId);
    return row && statusOf(row);
  }

  private what(row: OrderRow): string {
    const facts = [
      row.customerId ?? '-',
      named(row.storeName, this.lang),
      cut(basket(row.lines ?? [], this.lang), 40),
      `${won(row.totalWon)} won`,
    ];
    return [...facts, row.reason].filter(Boolean).join('  ');
  }
}
