import { chownSync } from 'node:fs';

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

/** As `asNobody`, until what was begun is done. Nothing else may go on in this process meanwhile. */
export async function asNobodyUntil<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** Lets nobody make files in a folder, though not write those that are there. */
export function letNobodyIn(folder: string): void {
  if (process.geteuid?.() === 0) chownSync(folder, nobody, nobody);
}
