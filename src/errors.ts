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

/** The message of anything that was thrown. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
