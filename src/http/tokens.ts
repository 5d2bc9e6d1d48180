import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { type Caller, claims } from './caller.ts';
import { HttpError } from './http-error.ts';

/** By what tokens are checked: a secret that whoever issues them shares with us, or the public keys that a server offers. */
export type Keys = { secret: Uint8Array } | { jwks: URL };

/** A secret that is shorter can be guessed. */
export const shortestSecret = 32;

/** Checks a token. @throws {HttpError} 401, or 503 where the server of the keys cannot be asked */
export type Verify = (token: string) => Promise<Caller>;

/** Who issues the tokens (`iss`) and whom they are for (`aud`). Each is checked where it is set. */
export type TokenNames = { issuer?: string; audience?: string };

export type VerifyOptions = TokenNames & {
  /** How long the keys of a server are believed, milliseconds. Default ten minutes. */
  keysKeptMs?: number;
  /** How long after asking for the keys a token with an unknown one does not lead to asking again, milliseconds. Default 30_000. */
  keysPauseMs?: number;
};

/** How long the server of the keys has to answer, milliseconds. */
const keysWithinMs = 2_000;

export function verifierOf(keys: Keys, options: VerifyOptions = {}): Verify {
  const { keysKeptMs = 600_000, keysPauseMs = 30_000, ...names } = options;
  const check = 'secret' in keys ? bySecret(keys.secret, names) : byServer(keys.jwks, names, keysKeptMs, keysPauseMs);
  return async (token) => {
    const payload = await check(token).catch((error: unknown) => {
      throw refusalOf(error);
    });
    const read = claims.safeParse(payload);
    if (!read.success) {
      const claim = read.error.issues[0]?.path.join('.');
      throw unauthorized(`The token is signed well, but its claim "${claim}" is missing or wrong.`);
    }
    const { sub, role, exp } = read.data;
    return { role, subject: sub, expiresAt: exp * 1_000 };
  };
}

type Check = (token: string) => Promise<JWTPayload>;

const bySecret =
  (secret: Uint8Array, names: TokenNames): Check =>
  async (token) =>
    (await jwtVerify(token, secret, { ...names, algorithms: ['HS256'] })).payload;

function byServer(url: URL, names: TokenNames, cacheMaxAge: number, cooldownDuration: number): Check {
  const keys = createRemoteJWKSet(url, { timeoutDuration: keysWithinMs, cacheMaxAge, cooldownDuration });
  return async (token) =>
    (
      await jwtVerify(token, (header, input) => keys(header, input).catch(keysAway), {
        ...names,
        algorithms: ['RS256', 'ES256', 'EdDSA'],
      })
    ).payload;
}

/** That the server of the keys cannot be asked is not the caller's fault. */
function keysAway(error: unknown): never {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
  throw new HttpError(503, 'keys-unavailable', 'Tokens cannot be checked just now. Try again in a moment.', {
    retryAfterMs: 2_000,
    cause: error,
  });
}

function refusalOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof errors.JWTExpired) return unauthorized('The token has expired. Get a new one.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return unauthorized(`The token is not valid: its claim "${error.claim}" says no.`);
  return unauthorized('The token is not one of ours. Get one from whoever issues them here.');
}

/** @param why a sentence for whoever asked */
export const unauthorized = (why: string, error = 'invalid_token'): HttpError =>
  new HttpError(401, 'unauthorized', why, {
    headers: { 'www-authenticate': `Bearer realm="baedal"${error && `, error="${error}"`}` },
  });

/** A token for `caller`, signed with the secret that the services check it by. */
export const signToken = (
  secret: Uint8Array,
  { role, subject, expiresAt }: Caller,
  { issuer, audience }: TokenNames = {},
): Promise<string> =>
  new SignJWT({ role, ...(issuer !== undefined && { iss: issuer }), ...(audience !== undefined && { aud: audience }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(Math.floor(expiresAt / 1_000))
    .sign(secret);
