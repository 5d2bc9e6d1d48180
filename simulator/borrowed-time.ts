import type { Due } from './timeline.ts';
import type { World } from './world.ts';

/**
 * Puts the timers, the clocks and the randomness of this thread into the hands of a simulated world, so that p-retry, cockatiel and the
 * host wait in its time. Nothing else may run in the thread meanwhile. Returns how to give them back.
 */
export function borrowTime(world: World): () => void {
  const { timeline, fate } = world;
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setImmediate: globalThis.setImmediate,
    clearImmediate: globalThis.clearImmediate,
    setInterval: globalThis.setInterval,
  };
  const dateNow = Date.now;
  const { random } = Math;
  const wait = (run: (...args: unknown[]) => void, afterMs = 0, ...args: unknown[]) =>
    handleOf(timeline.after(afterMs, () => run(...args), world.running));
  const forget = (handle: Handle | undefined) => {
    if (handle) handle.due.run = undefined;
  };
  Object.assign(globalThis, {
    setTimeout: wait,
    setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => wait(run, 0, ...args),
    clearTimeout: forget,
    clearImmediate: forget,
    setInterval: () => {
      throw new Error('A simulated world has no intervals: it could never come to rest.');
    },
  });
  Date.now = () => timeline.now + (world.running?.skewMs ?? 0);
  Math.random = () => fate.random('Math.random');
  // On the object itself, over what its class has.
  Object.defineProperty(performance, 'now', { value: () => timeline.now, configurable: true, writable: true });
  return () => {
    Object.assign(globalThis, real);
    Date.now = dateNow;
    Math.random = random;
    Reflect.deleteProperty(performance, 'now');
  };
}

type Handle = { due: Due; ref(): Handle; unref(): Handle };

function handleOf(due: Due): Handle {
  const handle = { due, ref: () => handle, unref: () => handle };
  return handle;
}
