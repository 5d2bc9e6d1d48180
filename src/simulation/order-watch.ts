import { type OrderStatus, waysForward } from '../actors/messages.ts';
import { isOver } from '../actors/order/order-state.ts';
import { type BreakerState, paymentProvider } from '../partners/breaker.ts';
import { foldOrder, type JournalEvent, type OrderRow, statusOf, unknownOrder } from '../readmodel/order-fold.ts';
import type { Quantiles } from './report.ts';
import { isOwn, Times } from './tally.ts';

/** An order under way: what is known of it, and when it came to each step, epoch milliseconds. */
type Watched = {
  phase: number;
  /** Its customer was told that something comes of it. */
  promised: boolean;
  row?: OrderRow;
  status?: OrderStatus;
  steps: Map<OrderStatus, number>;
};

/** Which event brings an order where on its way. */
const stepOf: Record<string, OrderStatus> = {
  OrderReceived: 'awaiting-payment',
  OrderPlaced: 'placed',
  OrderAccepted: 'accepted',
  OrderCooked: 'cooked',
  RiderAssigned: 'assigned',
  DeliveryDeparted: 'on-the-way',
  DeliveryCompleted: 'delivered',
};

/** Each step of the way, and the whole of it from where the order stands. */
const stretches: [from: OrderStatus, to: OrderStatus][] = [
  ...waysForward.slice(1).map((to, i): [OrderStatus, OrderStatus] => [waysForward[i]!, to]),
  ['placed', 'delivered'],
];

/**
 * Follows the orders of a simulation through the journal. An order that is over is only counted, so memory goes by what is under way.
 * Events of orders that nobody here asked for are not looked at.
 */
export class OrderWatch {
  readonly #orders = new Map<string, Watched>();
  readonly #inFlight = new Map<OrderStatus, number>();
  readonly #outcomes: Map<OrderStatus, number>[];
  readonly #declinedLater: number[];
  readonly #times = stretches.map(() => new Times());
  readonly #told: (orderId: string, status: OrderStatus) => void;
  readonly #ours: (orderId: string) => boolean;
  /** Which messages of an order that is over have been counted is not kept: one that comes twice after a crash may count twice. */
  messages = 0;
  breaker: BreakerState = 'closed';
  mostInFlight = 0;

  /**
   * @param phases how many there are
   * @param ours whether an order is one of the simulation's
   * @param told of every change of status
   */
  constructor(
    phases: number,
    ours: (orderId: string) => boolean,
    told: (orderId: string, status: OrderStatus) => void = () => {},
  ) {
    this.#outcomes = Array.from({ length: phases }, () => new Map());
    this.#declinedLater = Array.from({ length: phases }, () => 0);
    this.#ours = ours;
    this.#told = told;
  }

  /** An order that is being asked for. */
  expect(orderId: string, phase: number): void {
    this.#orders.set(orderId, { phase, promised: false, steps: new Map() });
  }

  /** Its customer was told that something comes of it. */
  promise(orderId: string): void {
    const order = this.#orders.get(orderId);
    if (order) order.promised = true;
  }

  /** It was never asked for after all. */
  forget(orderId: string): void {
    this.#orders.delete(orderId);
  }

  /** Takes in an event of the journal. */
  hear(event: JournalEvent): void {
    if (event.type === 'BreakerChanged' && event.data['partner'] === paymentProvider)
      this.breaker = event.data['state'] as BreakerState;
    if (event.type === 'NotificationSent' && this.#ours(event.key)) this.messages++;
    const order = this.#orders.get(event.key);
    if (!order) return;
    const step = stepOf[event.type];
    if (step) order.steps.set(step, Math.min(event.at, order.steps.get(step) ?? event.at));
    order.row = foldOrder(order.row ?? unknownOrder(event.key, event.at), event);
    const status = statusOf(order.row);
    if (status === order.status) return;
    this.#move(order, status);
    if (status === 'rejected' && order.promised && isOwn(event.data['code'])) this.#declinedLater[order.phase]!++;
    if (isOver(status)) this.#end(event.key, order, status);
    this.#told(event.key, status);
  }

  /** Orders that are not over, and of which something comes: they were promised, or have been heard of. */
  get open(): number {
    let open = 0;
    for (const { promised, row } of this.#orders.values()) if (promised || row !== undefined) open++;
    return open;
  }

  /** How many are what, of those that have been heard of and are not over. */
  inFlight(): Partial<Record<OrderStatus, number>> {
    return Object.fromEntries([...this.#inFlight].filter(([, n]) => n > 0));
  }

  /** How many ended how: of one phase, or in all. */
  outcomes(phase?: number): Partial<Record<OrderStatus, number>> {
    const all: Partial<Record<OrderStatus, number>> = {};
    for (const [i, ended] of this.#outcomes.entries())
      if (phase === undefined || i === phase) for (const [status, n] of ended) all[status] = (all[status] ?? 0) + n;
    return all;
  }

  /** How many were taken to be paid later, and then not paid for a reason of their customer's own: of one phase, or in all. */
  declinedLater(phase?: number): number {
    return phase === undefined ? this.#declinedLater.reduce((all, n) => all + n, 0) : this.#declinedLater[phase]!;
  }

  /** How long each step took those that were delivered. */
  journey(): { from: OrderStatus; to: OrderStatus; took: Quantiles }[] {
    return stretches.flatMap(([from, to], i) => {
      const took = this.#times[i]!.quantiles();
      return took ? [{ from, to, took }] : [];
    });
  }

  #move(order: Watched, status: OrderStatus): void {
    if (order.status !== undefined) this.#inFlight.set(order.status, this.#inFlight.get(order.status)! - 1);
    order.status = status;
    if (!isOver(status)) this.#inFlight.set(status, (this.#inFlight.get(status) ?? 0) + 1);
    const inAll = [...this.#inFlight.values()].reduce((sum, n) => sum + n, 0);
    this.mostInFlight = Math.max(this.mostInFlight, inAll);
  }

  /** An order that is delivered before all of its steps have been heard of lacks those in the times, and nowhere else. */
  #end(orderId: string, { phase, steps }: Watched, status: OrderStatus): void {
    this.#orders.delete(orderId);
    const ended = this.#outcomes[phase]!;
    ended.set(status, (ended.get(status) ?? 0) + 1);
    if (status !== 'delivered') return;
    for (const [i, [from, to]] of stretches.entries()) {
      const [began, came] = [steps.get(from), steps.get(to)];
      if (began !== undefined && came !== undefined) this.#times[i]!.record(Math.max(0, came - began));
    }
  }
}
