import { type CancelUntil, cancelLimits, houseRules, type Rules } from '../actors/rules.ts';
import { parsePositive } from './arguments.ts';
import { UsageError } from './exit-code.ts';

/** The key of `baedal psp`, where no other is set. */
export const standInKey = 'test_sk_baedal';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** The address of a payment provider, without a slash at its end. @throws {UsageError} */
export const pspUrlFrom = (text: string): string =>
  partnerUrlFrom(text, 'a payment provider', 'BAEDAL_PSP_KEY', [
    'https://api.tosspayments.com',
    'http://127.0.0.1:7770',
  ]);

/**
 * The address of a service outside, without a slash at its end.
 * @param keyName the setting into which its key belongs
 * @throws {UsageError}
 */
export function partnerUrlFrom(text: string, what: string, keyName: string, examples: readonly string[]): string {
  const wrong = (why: string) =>
    new UsageError(
      `"${text.replace(/\/\/[^/@]*@/, '//***@')}" is no address of ${what}: ${why}. It looks like ${examples.join(' or ')}.`,
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw wrong('it is no web address');
  if (url.username || url.password) throw wrong(`the key does not belong into it; set ${keyName}`);
  if (url.search || url.hash) throw wrong('it ends with a question or a fragment');
  if (url.protocol === 'http:' && !loopback.includes(url.hostname))
    throw wrong('what is secret would travel in the clear; use https');
  return url.href.replace(/\/+$/, '');
}

/**
 * The secret key of the payment provider. One that moves real money has to be meant.
 * @param live `yes` where it is
 * @throws {UsageError}
 */
export function pspKeyFrom(key = standInKey, live: string | undefined): string {
  if (live !== undefined && live !== 'yes')
    throw new UsageError(`BAEDAL_PSP_LIVE, or pspLive, can only be yes, not "${live}".`);
  if (key.startsWith('live_') && live !== 'yes')
    throw new UsageError(
      'The key of the payment provider is a live one, which charges real cards. Use a test key, or set BAEDAL_PSP_LIVE=yes if you mean it.',
    );
  if (!/^[\x21-\x7e]{1,200}$/.test(key) || key.includes(':'))
    throw new UsageError('The key of the payment provider has letters that no key has. Set BAEDAL_PSP_KEY again.');
  return key;
}

type RuleTexts = { cancelUntil?: string; payLaterFor?: string; pspSettle?: string };

/** @throws {UsageError} */
export function rulesFrom({ cancelUntil, payLaterFor, pspSettle }: RuleTexts): Rules {
  if (cancelUntil !== undefined && !cancelLimits.includes(cancelUntil as CancelUntil))
    throw new UsageError(`Orders can be cancelled until ${cancelLimits.join(', ')}, not "${cancelUntil}".`);
  return {
    cancelUntil: (cancelUntil as CancelUntil | undefined) ?? houseRules.cancelUntil,
    payLaterForMs: secondsFrom(payLaterFor, 'The time to pay later', houseRules.payLaterForMs),
    settleMs: secondsFrom(pspSettle, 'The time that the payment provider takes at most', houseRules.settleMs),
  };
}

/** Seconds as text -> milliseconds. @throws {UsageError} */
export const secondsFrom = (text: string | undefined, what: string, otherwiseMs: number): number =>
  text === undefined ? otherwiseMs : Math.round(1_000 * parsePositive(text, `${what}, in seconds,`, 7 * 86_400));
