const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** @type {Set<() => Promise<void>>} */
const stops = new Set();
/** @type {Promise<unknown> | undefined} */
let ending;

/** One for all that is to be stopped: whoever is done first must not end the process before the others are. */
const end = async (/** @type {NodeJS.Signals} */ signal) => {
  ending ??= stopAll();
  await ending;
  stopListening();
  process.kill(process.pid, signal);
};

const stopAll = async () => {
  await null; // `ending` is set before the first of them undoes its listening
  await Promise.allSettled(Array.from(stops, (stop) => stop()));
};

const stopListening = () => {
  for (const signal of signals) process.off(signal, end);
};

/**
 * Stops first when a signal ends this process, and waits for all the others that are to be stopped. The same signal once more ends it at once.
 * Returns how to undo it.
 * @param {() => Promise<void>} stop
 */
export function onSignals(stop) {
  if (stops.size === 0 && !ending) for (const signal of signals) process.once(signal, end);
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size === 0 && !ending) stopListening();
  };
}
