/** An error that says what to do about it. Everything this project throws on purpose is one. */
export abstract class BaedalError extends Error {
  /** Stable, for programs. */
  abstract readonly code: string;
  /** Whether the same thing may succeed later without anybody changing anything. */
  abstract readonly retry: boolean;

  override get name(): string {
    return this.constructor.name;
  }
}

/**
 * It is put off through no fault of its own: somebody has to be left alone for a while, or has taken over. That counts as no attempt, so it
 * never becomes a dead letter.
 */
export abstract class PutOff extends BaedalError {
  override readonly retry = true;
  /** Milliseconds until it makes sense to try. */
  abstract readonly retryAfterMs: number;
}

/** The message of anything that was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Characters of a cause that are kept. */
const mostCause = 2_000;

/**
 * What lies behind an error: the errors that caused it, one behind the other, and where the last of them was thrown, when that is no error
 * on purpose. Nothing, where its message says all there is.
 */
export function causeOf(thrown: unknown): string | undefined {
  const behind: string[] = [];
  let last = thrown;
  while (last instanceof Error && last.cause !== undefined && behind.length < 10) {
    last = last.cause;
    behind.push(last instanceof Error ? `${last.name}: ${last.message}` : String(last));
  }
  if (last instanceof Error && !(last instanceof BaedalError)) {
    const [place] = /^\s+at .*$/m.exec(last.stack ?? '') ?? [];
    if (behind.length === 0) behind.push(last.name);
    if (place) behind.push(place.trim());
  }
  return behind.length === 0 ? undefined : behind.join(', ').slice(0, mostCause);
}
