/** Who owns nothing, by the custom of every Linux. */
const nobody = 65_534;

/** Does it as a user who may not read or write everything: as oneself, or, for root, as nobody. */
export function asNobody<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}
