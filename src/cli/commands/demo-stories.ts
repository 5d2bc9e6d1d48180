import type { OrderStatus } from '../../actors/messages.ts';
import type { Lang } from '../../actors/notifier/texts.ts';
import { isOver } from '../../actors/order/order-state.ts';
import { foldOrder, type JournalEvent, type OrderRow, statusOf, unknownOrder } from '../../readmodel/order-fold.ts';
import { basket, cut, named, shown, span, won } from '../show.ts';

type Step = { status: OrderStatus; at: number };

/** What is known of one of the demo's orders. */
type Story = { row?: OrderRow; steps: Step[]; heard: Set<string>; told: Set<string> };

/** Orders that are over and still remembered where the demo has no end: late messages about them count too. */
const remembered = 200;

/** Listens to the journal and tells what became of the demo's orders. */
export class DemoStories {
  private readonly stories = new Map<string, Story>();
  /** Those that are over, the oldest first; and what was forgotten of older ones. */
  private readonly over: string[] = [];
  private readonly forgotten = { orders: 0, statuses: new Map<OrderStatus, number>(), paidWon: 0, refundedWon: 0 };
  private messages = 0;

  /** @param endless whether orders that are long over are only counted, so that memory stays as it is */
  constructor(
    private readonly lang: Lang,
    private readonly endless: boolean,
  ) {}

  /** An order that is about to be placed. */
  expect(orderId: string): void {
    this.stories.set(orderId, { steps: [], heard: new Set(), told: new Set() });
  }

  /** Takes in an event. */
  hear(event: JournalEvent): void {
    const story = this.stories.get(event.key);
    if (!story || story.heard.has(event.id)) return;
    story.heard.add(event.id);
    if (event.type === 'NotificationSent') {
      this.messages++;
      story.told.add(String(event.data['about']));
    }
    const before = story.row;
    story.row = foldOrder(before ?? unknownOrder(event.key, event.at), event);
    const status = statusOf(story.row);
    if (before && statusOf(before) === status) return;
    story.steps.push({ status, at: event.at });
    if (!isOver(status) || !this.endless) return;
    this.over.push(event.key);
    if (this.over.length > remembered) this.forget(this.over.shift()!);
  }

  private forget(orderId: string): void {
    const row = this.stories.get(orderId)?.row;
    if (!this.stories.delete(orderId) || !row) return;
    const { statuses } = this.forgotten;
    statuses.set(statusOf(row), (statuses.get(statusOf(row)) ?? 0) + 1);
    this.forgotten.orders++;
    this.forgotten.paidWon += row.paidWon;
    this.forgotten.refundedWon += row.refundedWon;
  }

  private get rows(): OrderRow[] {
    return [...this.stories.values()].flatMap(({ row }) => row ?? []);
  }

  /** How many orders have not come to an end, or somebody has not been told so. */
  get open(): number {
    return [...this.stories.values()].filter(({ row, told }) => {
      const status = row ? statusOf(row) : 'none';
      return !isOver(status) || !told.has(status);
    }).length;
  }

  /** Whether exactly what was delivered was kept: everything else that was paid has gone back. */
  get moneyAddsUp(): boolean {
    return this.rows.every((row) =>
      statusOf(row) === 'delivered'
        ? row.paidWon === row.totalWon && row.refundedWon === 0
        : row.paidWon === row.refundedWon,
    );
  }

  /** Each order in a line: what it is, and when it came where. */
  journeys(): string[] {
    return [...this.stories.values()].flatMap(({ row, steps }) => {
      if (!row) return [];
      const told = steps.slice(1).map(({ status, at }) => `${shown(status, this.lang)} ${span(at - steps[0]!.at)}`);
      return [`${row.orderId}  ${this.what(row)}\n            ${told.join('  ')}`];
    });
  }

  summary(tookMs: number) {
    const { rows, forgotten } = this;
    const statuses: Partial<Record<OrderStatus, number>> = Object.fromEntries(forgotten.statuses);
    for (const row of rows) statuses[statusOf(row)] = (statuses[statusOf(row)] ?? 0) + 1;
    const sum = (of: (row: OrderRow) => number) => rows.reduce((total, row) => total + of(row), 0);
    const paidWon = forgotten.paidWon + sum((row) => row.paidWon);
    const refundedWon = forgotten.refundedWon + sum((row) => row.refundedWon);
    return {
      orders: forgotten.orders + this.stories.size,
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
