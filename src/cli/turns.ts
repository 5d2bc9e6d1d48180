import { join } from 'node:path';
import { awaitLock, type ProcessLock } from '../sqlite/process-lock.ts';
import type { ActorName } from './cast.ts';

/** Whose turn it is. `waiting`: those that another process of this data folder runs now. */
export type Turns = { running: ActorName[]; waiting: ActorName[]; stop(): void };

/**
 * Finds out which actors another process runs already. Nothing rests on it: the broker alone gives a queue to one consumer. But people
 * must be told whether a process works or stands by, and only who works says what is on the menu.
 * @param onTurn told of each actor whose other process is gone, within half a second
 */
export function takeTurns(folder: string, actors: readonly ActorName[], onTurn: (actor: ActorName) => void): Turns {
  const running: ActorName[] = [];
  const held: ProcessLock[] = [];
  let looking = true;
  const stops = actors.map((actor) =>
    awaitLock(join(folder, 'locks', `actor-${actor}.lock`), (lock) => {
      held.push(lock);
      running.push(actor);
      if (!looking) onTurn(actor);
    }),
  );
  looking = false;
  return {
    running: [...running],
    waiting: actors.filter((actor) => !running.includes(actor)),
    stop: () => {
      for (const stop of stops) stop();
      for (const lock of held.splice(0)) lock.release();
    },
  };
}
