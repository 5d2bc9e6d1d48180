import { readFileSync } from 'node:fs';
import { reasonOf } from '../errors.ts';
import { isLoopback } from '../http/local-only.ts';
import { type Keys, shortestSecret, type TokenNames } from '../http/tokens.ts';
import { UsageError } from './exit-code.ts';
import type { Settings } from './settings.ts';

const howToMake = 'Make one with `head -c 48 /dev/urandom | base64`.';

/**
 * By what tokens are checked, as the settings say it; undefined where they do not.
 * @throws {UsageError} they say it twice, or what they name cannot be used
 */
export function keysFrom({ jwt = {} }: Settings): Keys | undefined {
  const { secretFile, secret, jwks } = jwt;
  const set = [
    ...(secretFile === undefined ? [] : ['a file with a secret (--jwt-secret-file, BAEDAL_JWT_SECRET_FILE)']),
    ...(secret === undefined ? [] : ['a secret (BAEDAL_JWT_SECRET)']),
    ...(jwks === undefined ? [] : ['a server of keys (--jwks, BAEDAL_JWKS)']),
  ];
  if (set.length > 1) throw new UsageError(`Tokens can be checked in one way only. Set ${set.join(' or ')}, not both.`);
  if (secretFile !== undefined) return { secret: secretOf(readSecret(secretFile), `The secret in ${secretFile}`) };
  if (secret !== undefined) return { secret: secretOf(secret, 'The secret in BAEDAL_JWT_SECRET') };
  return jwks === undefined ? undefined : { jwks: jwksFrom(jwks) };
}

/** Whom tokens must be from and for, as the settings say it. */
export const namesFrom = ({ jwt: { issuer, audience } = {} }: Settings): TokenNames => ({
  ...(issuer !== undefined && { issuer }),
  ...(audience !== undefined && { audience }),
});

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new UsageError(`The file ${file} with the secret cannot be read (${reasonOf(cause)}).`, { cause });
  }
}

function secretOf(text: string, what: string): Uint8Array {
  const secret = new TextEncoder().encode(text);
  if (secret.length >= shortestSecret) return secret;
  throw new UsageError(
    `${what} has ${secret.length} bytes, which can be guessed. It needs at least ${shortestSecret}. ${howToMake}`,
  );
}

function jwksFrom(text: string): URL {
  const wrong = (why: string) =>
    new UsageError(
      `"${text.replace(/\/\/[^/@]*@/, '//***@')}" is no address of keys: ${why}. It looks like https://login.example.com/jwks.json.`,
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw wrong('it is no web address');
  if (url.username || url.password) throw wrong('it has a password in it');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrong('whoever is in between could put in keys of their own; use https');
  return url;
}
