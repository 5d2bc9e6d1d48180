import type { FastifyInstance, FastifyRequest } from 'fastify';
import { anybody, type Caller, type Role } from './caller.ts';
import { HttpError } from './http-error.ts';
import { mustBeLocal } from './local-only.ts';
import { unauthorized, type Verify } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, where that is known. */
    caller: Caller | undefined;
    /** Why it is not known. */
    stranger: HttpError | undefined;
  }
}

/** Finds out who asks, of every request. Who may do what is the routes' to say: see `allow`. */
export function identify(app: FastifyInstance, verify: Verify | undefined): void {
  app.decorateRequest('caller', undefined);
  app.decorateRequest('stranger', undefined);
  app.addHook('onRequest', async (request) => {
    if (!verify) {
      mustBeLocal(request.headers);
      request.caller = anybody;
      return;
    }
    try {
      request.caller = await verify(tokenOf(request));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      request.stranger = error;
    }
  });
}

/** Lets in who has one of these roles, before the body is read. @throws {HttpError} 401, 403 */
export const allow =
  (...roles: Role[]) =>
  async (request: FastifyRequest): Promise<void> => {
    const { role } = callerOf(request);
    if (!roles.includes(role))
      throw new HttpError(403, 'forbidden', `This is for ${words(roles)}, and the token is of role ${role}.`);
  };

/** Who asks. @throws {HttpError} nobody whom we know */
export function callerOf({ caller, stranger }: FastifyRequest): Caller {
  if (caller) return caller;
  throw stranger ?? new Error('It was never asked who asks.');
}

function tokenOf({ raw }: FastifyRequest): string {
  const { authorization } = raw.headers;
  if (authorization === undefined) throw unauthorized('Send a token, with the header authorization: Bearer TOKEN.', '');
  if ((raw.headersDistinct['authorization']?.length ?? 0) > 1)
    throw unauthorized('Send one authorization header, not several.', 'invalid_request');
  const [, token] = /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(authorization) ?? [];
  if (token === undefined) throw unauthorized('The authorization header must be Bearer TOKEN.', 'invalid_request');
  return token;
}

const words = (names: readonly string[]): string => names.map((name) => `the ${name}`).join(' or ');
