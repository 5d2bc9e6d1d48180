/** What is said to a request: a status and JSON. */
export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** A no, in the provider's form. `code` is for programs, `message` for people. */
export const refusal = (status: number, errorCode: string, errorMessage: string): Answer => ({
  status,
  body: { errorCode, errorMessage },
});
