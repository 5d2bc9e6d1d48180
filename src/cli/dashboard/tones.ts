import type { OrderStatus } from '../../actors/messages.ts';
import type { Lang } from '../../actors/notifier/texts.ts';
import { shown } from '../show.ts';
import type { Piece } from './fit.ts';

const colors: Record<OrderStatus, Piece['color']> = {
  'awaiting-payment': 'gray',
  'payment-deferred': 'yellow',
  placed: 'yellow',
  accepted: 'cyan',
  cooked: 'blue',
  assigned: 'blue',
  'on-the-way': 'magenta',
  delivered: 'green',
  rejected: 'red',
  refused: 'red',
  cancelling: 'yellow',
  cancelled: 'gray',
};

/** A status as glyph, word and colour; it is read without the colour too. */
export const statusPiece = (status: OrderStatus, lang: Lang): Piece => ({
  text: shown(status, lang),
  color: colors[status],
});

/** What went wrong, or may: nobody has been fed by these. */
export const faultStatuses: readonly OrderStatus[] = ['payment-deferred', 'cancelling', 'rejected', 'refused'];

/** What is under way. */
export const inFlight: readonly OrderStatus[] = [
  'awaiting-payment',
  'payment-deferred',
  'placed',
  'accepted',
  'cooked',
  'assigned',
  'on-the-way',
  'cancelling',
];
