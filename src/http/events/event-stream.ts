import type { Writable } from 'node:stream';
import { isOver } from '../../actors/order/order-state.ts';
import type { OrderView } from '../../readmodel/find-order.ts';
import type { NumberedEvent } from '../../readmodel/list-events.ts';
import { foldOrder, type OrderRow, statusOf, unknownOrder } from '../../readmodel/order-fold.ts';
import { asRequests } from '../commands-in-text.ts';

/** Bytes that may wait for a reader; one for whom more would is too slow. */
const mostWaiting = 64 * 1024;
/** After how long a reader whose connection was lost comes again, milliseconds. */
const comeAgainMs = 2_000;

/** Who reads. */
export type Reader = {
  /** Undefined where people are not told apart. */
  name?: string;
  /** Until when they may, epoch milliseconds. */
  expiresAt: number;
  /** Whether they may see an order as it is now. Default always. */
  maySee?(order: Pick<OrderView, 'status' | 'customerId' | 'storeId' | 'riderId'>): boolean;
};

/** One reader of one order's events, as server-sent events. What was sent is not sent again, however often it is offered. */
export class EventStream {
  readonly #sent = new Set<string>();
  readonly #out: Writable;
  #row: OrderRow;
  #isLive = false;
  #isHidden = false;

  constructor(
    readonly orderId: string,
    readonly reader: Reader,
    out: Writable,
  ) {
    this.#out = out;
    this.#row = unknownOrder(orderId, Number.MAX_SAFE_INTEGER);
    this.#write(`retry: ${comeAgainMs}\n\n`);
  }

  /** Takes note of an event that the reader has already. */
  skip(event: NumberedEvent): void {
    if (this.#sent.has(event.id)) return;
    this.#sent.add(event.id);
    this.#row = foldOrder(this.#row, event);
  }

  /** Sends an event, with the status that the order has after it. */
  offer(event: NumberedEvent): void {
    if (this.#isHidden || this.#sent.has(event.id)) return;
    this.skip(event);
    this.#look();
    if (this.#isHidden) return;
    const { id, type, at, data } = event;
    const { orderId } = this;
    this.#write(frame({ id, event: type, data: { orderId, status: statusOf(this.#row), type, at, data } }));
  }

  /** The past has been offered, which the reader may see as the order is now. From here on that may change with each event. */
  goLive(): void {
    this.#isLive = true;
    this.#look();
  }

  #look(): void {
    const { reader } = this;
    if (this.#isLive && reader.maySee) this.#isHidden = !reader.maySee({ ...this.#row, status: statusOf(this.#row) });
  }

  /** Keeps the connection alive through whatever stands in between. */
  beat(): void {
    this.#write(': still here\n\n');
  }

  /** Says goodbye where nothing more will come, and ends where the reader may see no more. @returns whether that is so */
  endIfOver(): boolean {
    if (this.#isHidden) {
      this.end();
      return true;
    }
    const status = statusOf(this.#row);
    if (!isOver(status)) return false;
    // What was paid for an order that does not stand is still on its way back.
    if (status !== 'delivered' && this.#row.refundedWon < this.#row.paidWon) return false;
    this.#write(frame({ event: 'end', data: { orderId: this.orderId, status } }));
    this.end();
    return true;
  }

  end(): void {
    this.#out.end();
  }

  #write(text: string): void {
    if (this.#out.destroyed) return;
    this.#out.write(text);
    if (this.#out.writableLength > mostWaiting) this.#out.destroy();
  }
}

/** JSON has no line breaks, so each field is one line. */
const frame = ({ id, event, data }: { id?: string; event: string; data: object }): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${asRequests(JSON.stringify(data))}\n\n`;
