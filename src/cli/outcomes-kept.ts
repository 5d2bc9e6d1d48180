const dayMs = 24 * 60 * 60_000;

/** How long an actor remembers what it has handled, milliseconds: longer than the longest time after which a message can still come again. */
export const outcomesKeptMs = 14 * dayMs;

/**
 * How long after its death a message may be redriven, milliseconds. It may have been handled before it died, while it was tried for
 * some hours, or since, by way of another letter of the same message: its outcome must still be there then.
 */
export const redriveWithinMs = outcomesKeptMs - dayMs;
