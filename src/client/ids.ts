import { randomInt } from 'node:crypto';

/** What an id of an order, a customer, a store, a rider or a card looks like. */
export const idPattern = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

const letters = '0123456789abcdefghjkmnpqrstvwxyz';
/** A new order id: ten of Crockford's base-32 letters, 50 random bits. */
export const newOrderId = (): string => Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
