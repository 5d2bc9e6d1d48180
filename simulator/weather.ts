import type { Fate } from './fate.ts';

/**
 * How often what goes wrong, in percent of the times that it could. Each seed has a weather of its own, in which most kinds of faults do
 * not occur at all: all of them at once would hide what needs only two (this is known as swarm testing).
 */
export type Weather = {
  /** A process is killed at a point at which it waits. */
  kill: number;
  /** A process stands still for a while, at such a point. */
  pause: number;
  /** A process is asked to stop in an orderly way, some time after its start. */
  stop: number;
  /** A link to the broker is lost, at a publish or an ack. */
  linkLoss: number;
  /** It is lost while somebody outside is asked, so that another process takes over, and may ask too before the answer comes. */
  rivals: number;
  /** A publish is stored, and its sender does not hear of it, or it is not stored, and nobody knows. */
  unknown: number;
  /** A queue is full, and takes nothing for a while. */
  refused: number;
  /** A message comes once more than it should. */
  twice: number;
  /** A message comes behind later ones. */
  late: number;
  /** Something takes longer than usual. */
  slow: number;
  /** A store does not take a batch, or says so although it did. */
  store: number;
  /** A partner does anything but what it is asked for at once. */
  partner: number;
  /** An answer to somebody who waits is lost. */
  deaf: number;
  /** A process has a clock that is wrong. */
  clock: number;
  /** When all this is over, milliseconds after the beginning. */
  calmAfterMs: number;
};

export function weatherOf(fate: Fate): Weather {
  const level = (kind: string, some: number, much: number) => fate.pick(`weather: ${kind}`, [0, some, 0, much]);
  return {
    kill: level('kill', 0.15, 0.6),
    pause: level('pause', 0.1, 0.5),
    stop: level('stop', 20, 50),
    linkLoss: level('link loss', 0.2, 1),
    rivals: level('rivals', 20, 60),
    unknown: level('unknown', 1, 6),
    refused: level('refused', 0.5, 2),
    twice: level('twice', 3, 15),
    late: level('late', 3, 15),
    slow: level('slow', 3, 15),
    store: level('store', 1, 5),
    partner: level('partner', 10, 40),
    deaf: level('deaf', 5, 20),
    clock: level('clock', 10, 30),
    calmAfterMs: fate.pick('weather: calm after', [10_000, 2_000, 60_000, 200_000]),
  };
}
