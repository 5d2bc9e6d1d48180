import { Refused } from '../client/errors.ts';
import { BaedalError } from '../errors.ts';

/** What the shell is told. */
export const exit = {
  done: 0,
  failure: 1,
  usage: 2,
  timedOut: 3,
  refused: 4,
  brokerUnreachable: 5,
  busy: 6,
  interrupted: 130,
} as const;

/** The command was not written as it must be. */
export class UsageError extends BaedalError {
  readonly code = 'usage';
  readonly retry = false;
}

/** Ctrl-C, while something was still going on. */
export class Interrupted extends BaedalError {
  readonly code = 'interrupted';
  readonly retry = false;
  constructor() {
    super('Interrupted.');
  }
}

/** It did not succeed, and all that there is to say about it has been printed. */
export class AlreadySaid extends BaedalError {
  readonly retry = false;
  constructor(readonly code: string) {
    super('It did not succeed.');
  }
}

const byCode: Record<string, number> = {
  usage: exit.usage,
  'bad-catalog': exit.usage,
  'bad-script': exit.usage,
  'bad-gateway-file': exit.usage,
  'no-such-profile': exit.usage,
  'bad-contacts': exit.usage,
  'bad-kakao-file': exit.usage,
  'timed-out': exit.timedOut,
  'broker-unreachable': exit.brokerUnreachable,
  'broker-refused': exit.brokerUnreachable,
  'broker-url-invalid': exit.usage,
  'psp-key-refused': exit.usage,
  'psp-nonsense': exit.usage,
  'kakao-key-refused': exit.usage,
  'kakao-nonsense': exit.usage,
  'letter-id-ambiguous': exit.usage,
  'cannot-be-redriven': exit.refused,
  interrupted: exit.interrupted,
};

/** The exit code that an error means. */
export function exitCodeFor(error: unknown): number {
  if (!(error instanceof BaedalError)) return exit.failure;
  if (error instanceof Refused) return error.code === 'busy' ? exit.busy : exit.refused;
  return byCode[error.code] ?? exit.failure;
}
