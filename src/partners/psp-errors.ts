import { BaedalError } from '../errors.ts';

/** A payment provider did not do what was asked of it, or nobody knows whether it did. */
export abstract class PspFault extends BaedalError {
  /** Whether what was asked may have been done all the same. */
  abstract readonly maybeDone: boolean;
}

/** No connection, or one that was lost. */
export class PspUnreachable extends PspFault {
  readonly code = 'psp-unreachable';
  readonly retry = true;
  constructor(
    url: string,
    readonly maybeDone: boolean,
    why: string,
    cause: unknown,
  ) {
    super(
      `The payment provider at ${url} ${maybeDone ? 'went away before it answered' : 'cannot be reached'} (${why}).`,
      {
        cause,
      },
    );
  }
}

/** It answered with a fault of its own. */
export class PspFailed extends PspFault {
  readonly code = 'psp-failed';
  readonly retry = true;
  readonly maybeDone = true;
}

/** The same request is under way there already, so what becomes of it will be known soon. */
export class PspStillAtIt extends PspFault {
  readonly code = 'psp-still-at-it';
  readonly retry = true;
  readonly maybeDone = true;
  constructor() {
    super('The payment provider is still working on the same request.');
  }
}

/** It takes no more for now. Nothing was done. */
export class PspOverloaded extends PspFault {
  readonly code = 'psp-overloaded';
  readonly retry = true;
  constructor(
    readonly retryAfterMs: number,
    readonly maybeDone = false,
  ) {
    super(`The payment provider is overloaded and wants to be asked again in ${retryAfterMs / 1_000} s.`);
  }
}

/** What came back is not what such a provider says: a page, a redirect, other JSON. */
export class PspNonsense extends PspFault {
  readonly code = 'psp-nonsense';
  readonly retry = false;
  readonly maybeDone = true;
  constructor(url: string, what: string) {
    super(`What is at ${url} does not talk like the payment provider: ${what}. Check the address in --psp.`);
  }
}

/** It does not know our secret key. Nothing was done. */
export class PspKeyRefused extends PspFault {
  readonly code = 'psp-key-refused';
  readonly retry = false;
  readonly maybeDone = false;
  constructor(url: string) {
    super(
      `The payment provider at ${url} does not accept our secret key. Set BAEDAL_PSP_KEY, or pspKey in baedal.yaml, to the key that belongs to it.`,
    );
  }
}
