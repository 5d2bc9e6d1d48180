import { type OrderStatus, orderStatuses } from '../actors/messages.ts';
import type { Lang } from '../actors/notifier/texts.ts';
import type { Word } from '../readmodel/list-orders.ts';
import { shown } from './show.ts';

/** A filter as words, each with the statuses that it is part of the name of, in this language. */
export const searchWords = (filter: string, lang: Lang): Word[] =>
  filter
    .split(/\s+/)
    .filter(Boolean)
    .map((text) => ({ text, statuses: statusesNamed(text.toLowerCase(), lang) }));

const statusesNamed = (text: string, lang: Lang): OrderStatus[] =>
  orderStatuses.filter((status) => status.includes(text) || shown(status, lang).includes(text));
