import { BaedalError, PutOff } from '../../errors.ts';

/** The message provider did not do what was asked of it, or nobody knows whether it did. */
export abstract class KakaoFault extends BaedalError {
  /** Whether what was asked may have been done all the same. */
  abstract readonly maybeDone: boolean;
}

/** No connection, or one that was lost. */
export class KakaoUnreachable extends KakaoFault {
  readonly code = 'kakao-unreachable';
  readonly retry = true;
  constructor(
    url: string,
    readonly maybeDone: boolean,
    why: string,
    cause: unknown,
  ) {
    const what = maybeDone ? 'went away before it answered' : 'cannot be reached';
    super(`The message provider at ${url} ${what} (${why}).`, { cause });
  }
}

/** It answered with a fault of its own. */
export class KakaoFailed extends KakaoFault {
  readonly code = 'kakao-failed';
  readonly retry = true;
  constructor(
    what: string,
    readonly maybeDone: boolean,
  ) {
    super(`The message provider failed: ${what}.`);
  }
}

/** It takes no more for now. Nothing was done. */
export class KakaoOverloaded extends KakaoFault {
  readonly code = 'kakao-overloaded';
  readonly retry = true;
  readonly maybeDone = false;
  constructor(readonly retryAfterMs: number) {
    super(
      `The message provider takes no more for now, and wants to be asked again in ${Math.ceil(retryAfterMs / 1_000)} s.`,
    );
  }
}

/** What came back is not what such a provider says: a page, a redirect, other JSON. */
export class KakaoNonsense extends KakaoFault {
  readonly code = 'kakao-nonsense';
  readonly retry = false;
  constructor(
    url: string,
    what: string,
    readonly maybeDone: boolean,
  ) {
    super(`What is at ${url} does not talk like the message provider: ${what}. Check the address in --kakao.`);
  }
}

/** It does not know our key, or our clock is wrong. Nothing was done. */
export class KakaoKeyRefused extends KakaoFault {
  readonly code = 'kakao-key-refused';
  readonly retry = false;
  readonly maybeDone = false;
  constructor(url: string, why: string) {
    super(
      `The message provider at ${url} does not accept our signature (${why}). Check BAEDAL_KAKAO_KEY, BAEDAL_KAKAO_SECRET and the clock of this machine.`,
    );
  }
}

/** Nobody knows yet whether the provider has a message. It is found out before it is sent again. */
export class NotKnownYet extends PutOff {
  readonly code = 'kakao-not-known-yet';
  constructor(
    recipient: string,
    readonly retryAfterMs: number,
    cause?: unknown,
  ) {
    super(
      `Whether the message for ${recipient} was taken is not known yet. The provider is asked again before it is sent again.`,
      {
        cause,
      },
    );
  }
}
