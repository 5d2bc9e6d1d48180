import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Answer, refusal } from './answer.ts';

/** By how much the date of a request may differ from our clock, milliseconds. */
const mostSkewMs = 15 * 60_000;
const form =
  /^HMAC-SHA256 apiKey=(?<key>[^,\s]+), date=(?<date>[^,\s]+), salt=(?<salt>[^,\s]{12,64}), signature=(?<signature>[0-9a-f]{64})$/i;

const no = (code: string, message: string) => refusal(403, code, message);

/** Looks at what requests are signed with. Salts that were seen are remembered for as long as their date would be taken. */
export class Signatures {
  readonly #salts = new Map<string, number>();

  constructor(
    private readonly key: string,
    private readonly secret: string,
    private readonly now: () => number,
  ) {}

  /** What is said to a request that is not signed as it must be; nothing where it is. */
  wrong(header: string | undefined): Answer | undefined {
    const { key, date = '', salt = '', signature = '' } = form.exec(header ?? '')?.groups ?? {};
    if (key === undefined)
      return refusal(401, 'Unauthorized', 'The Authorization header is not of the form HMAC-SHA256.');
    if (key !== this.key) return no('InvalidAPIKey', 'There is no such API key.');
    const at = Date.parse(date);
    // Written so that a date that is none is refused too.
    if (!(Math.abs(at - this.now()) <= mostSkewMs))
      return no('RequestTimeTooSkewed', 'The date is too far from the time here.');
    const expected = createHmac('sha256', this.secret).update(`${date}${salt}`).digest();
    if (!timingSafeEqual(expected, Buffer.from(signature, 'hex')))
      return no('SignatureDoesNotMatch', 'The signature does not go with date and salt.');
    this.#forget();
    if (this.#salts.has(salt)) return no('DuplicatedSignature', 'The salt has been used before.');
    this.#salts.set(salt, this.now());
    return undefined;
  }

  /** The map has them in the order in which they came. */
  #forget(): void {
    for (const [salt, at] of this.#salts) {
      if (at > this.now() - 2 * mostSkewMs) return;
      this.#salts.delete(salt);
    }
  }
}
