import { type Answer, refusal } from './answer.ts';

const declines = new Map([
  ['card-declined', refusal(403, 'REJECT_CARD_COMPANY', 'The card company declined the payment.')],
  ['card-expired', refusal(400, 'INVALID_CARD_EXPIRATION', 'The card has expired.')],
  ['card-limit', refusal(403, 'EXCEED_MAX_AMOUNT', 'The amount is above the limit of the card.')],
]);

/** What is said of a card that just happens not to pay. */
export const declinedByChance = refusal(403, 'REJECT_CARD_PAYMENT', 'The card was declined.');

export const isCard = (billingKey: string): boolean => billingKey.startsWith('card-');

/** What the company of the card says, unless it pays. */
export const declineOf = (billingKey: string): Answer | undefined => declines.get(billingKey);
