import type { OrderLine } from '../../actors/messages.ts';

/** An order on its way to being placed. */
export type Cart = {
  /** `unknown`: nobody knows whether it was placed. */
  step: 'store' | 'items' | 'customer' | 'pay' | 'asking' | 'placed' | 'refused' | 'busy' | 'unknown';
  storeId?: string;
  quantities: Readonly<Record<string, number>>;
  customerId: string;
  card: string;
  payLater: boolean;
  orderId?: string;
  status?: string;
  totalWon?: number;
  /** Why not. */
  reason?: string;
  /** When to come again, epoch milliseconds. */
  againAt?: number;
};

/** A cart with nothing in it. */
export const emptyCart: Cart = { step: 'store', quantities: {}, customerId: '', card: '', payLater: false };

export const cartOf = ({ cart }: { cart?: Cart }): Cart => cart ?? emptyCart;

/** What is in it, an item a line. */
export const linesOf = ({ quantities }: Cart): OrderLine[] =>
  Object.entries(quantities)
    .filter(([, quantity]) => quantity > 0)
    .map(([itemId, quantity]) => ({ itemId, quantity }));
