/**
 * Stops first when a signal ends this process. Returns how to undo it.
 * @param {() => Promise<void>} stop
 */
export function onSignals(stop) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const undo = () => {
    for (const signal of signals) process.off(signal, end);
  };
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    stop().finally(() => {
      undo();
      process.kill(process.pid, signal);
    });
  };
  for (const signal of signals) process.once(signal, end);
  return undo;
}
