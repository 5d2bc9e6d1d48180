/** Something that should not be. */
export type Finding = {
  /** Which rule is broken: stable, for programs. */
  rule: string;
  orderId: string;
  /** What is wrong, and what to do about it, a sentence each. */
  what: string;
  todo: string;
};

/** What an audit goes by. Times are milliseconds. */
export type AuditRules = {
  /** Now, epoch milliseconds. */
  at: number;
  /** What changed less than this long ago may still be under way. */
  graceMs: number;
  /** How long an owner may take to answer. */
  storeDeadlineMs: number;
  /** How long a void may look for a charge. */
  settleMs: number;
};
