import { maxQuantity } from '../actors/menu.ts';
import { type OrderLine, type OrderStatus, orderStatuses } from '../actors/messages.ts';
import { idPattern } from '../client/ids.ts';
import { UsageError } from './exit-code.ts';

/** `yangnyeom:2` -> two of it. @throws {UsageError} */
export function parseItem(text: string): OrderLine {
  const [, itemId = '', quantity = '1'] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  if (itemId.trim() === '')
    throw new UsageError(`"${text}" names no item. Write ITEM or ITEM:QUANTITY, such as yangnyeom:2.`);
  return { itemId: itemId.trim(), quantity: parseCount(quantity, `The quantity of ${itemId}`, maxQuantity) };
}

/** A whole number from `min`, default 1, to `max`. @throws {UsageError} */
export function parseCount(text: string, what: string, max: number, min = 1): number {
  const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(
      `${what} must be a whole number from ${min} to ${max.toLocaleString('en-US')}, not "${text}".`,
    );
  return value;
}

/** A number above zero, with or without decimals. @throws {UsageError} */
export function parsePositive(text: string, what: string, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value <= max))
    throw new UsageError(`${what} must be a number above 0, at most ${max.toLocaleString('en-US')}, not "${text}".`);
  return value;
}

/** An id of an order, a customer, a store or a rider. @throws {UsageError} */
export function parseId(text: string, what: string): string {
  if (!idPattern.test(text))
    throw new UsageError(
      `${what} must be 1 to 64 letters, digits, dots, hyphens, underscores or @, beginning with a letter or digit, not "${text}".`,
    );
  return text;
}

/** `placed,accepted` -> those statuses. @throws {UsageError} */
export function parseStatuses(text: string): OrderStatus[] {
  return text.split(',').map((word) => {
    const status = orderStatuses.find((status) => status === word.trim());
    if (!status) throw new UsageError(`"${word}" is no status. The statuses are ${orderStatuses.join(', ')}.`);
    return status;
  });
}
