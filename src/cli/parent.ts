/**
 * Calls `act` when the process that started us is gone, at once if it is already; never where nobody did who would tell us by its line to us.
 * The line keeps this process alive: `letGo` of it in the end.
 */
export function onParentGone(act: () => void): void {
  if (!process.send) return;
  process.once('disconnect', act);
  if (!process.connected) act(); // it was gone before we listened
}

/** Lets go of the line to the process that started us. */
export function letGo(): void {
  if (process.connected) process.disconnect();
}
