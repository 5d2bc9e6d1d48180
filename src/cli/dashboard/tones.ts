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
