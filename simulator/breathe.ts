/** Lets the thread do what is not simulated: worlds alone never give it back, so that nobody would hear of Ctrl-C. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
