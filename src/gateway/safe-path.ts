import { badRequest } from './not-served.ts';

/** What a path may be made of, RFC 3986. A semicolon is left out: some servers cut a part there, and then see another path. */
const pathLetters = /^[\w\-.~!$&'()*+,=:@%/]*$/;
/** Dots, slashes, backslashes and control characters in disguise, once or twice. */
const disguised = /%(?:[01][\da-f]|2e|2f|5c|7f|25[\da-f]{2})/i;

/**
 * The path of a request as every server understands it, decoded. What servers read in different ways is turned away: the gateway would choose a
 * route by one reading, and the service would follow another.
 * @param url the target as it came, with its query
 * @throws {NotServed} 400
 */
export function safePath(url: string): string {
  if (!url.startsWith('/')) throw badRequest('The target of a request must be a path, such as /orders/1.');
  if (/[^\x21-\x7e]|#/.test(url)) throw badRequest('The target of a request has letters that must be percent-encoded.');
  const raw = url.split('?', 1)[0]!;
  if (!pathLetters.test(raw))
    throw badRequest('A path may not have a semicolon, a backslash, quotes or brackets. Percent-encode them.');
  if (disguised.test(raw))
    throw badRequest(
      'A path may not have an encoded dot, slash, backslash or control character, nor anything encoded twice.',
    );
  if (raw.includes('//')) throw badRequest('A path may not have two slashes in a row.');
  if (raw.split('/').some((part) => part === '.' || part === '..'))
    throw badRequest('A path may not have . or .. as a part of it.');
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw Object.assign(badRequest('A path must be percent-encoded UTF-8.'), { cause });
  }
}
