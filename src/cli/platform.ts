import type { Menu } from '../actors/menu.ts';
import type { Pace } from '../actors/pace.ts';
import type { Broker } from '../broker/broker.ts';
import { reasonOf } from '../errors.ts';
import type { PaymentProvider } from '../partners/psp.ts';
import { type ActorName, actorNames } from './cast.ts';
import type { KakaoConfig } from './kakao-settings.ts';
import { publishMenu } from './menu-in-use.ts';
import { folderOf } from './open-broker.ts';
import type { Settings } from './settings.ts';
import { type Side, startSide } from './side.ts';
import type { Problem } from './side-plan.ts';
import { startSideThread } from './start-side-thread.ts';
import { type Turns, takeTurns } from './turns.ts';

export type PlatformOptions = {
  settings: Settings;
  menu: Menu;
  pace: Pace;
  /** Which actors run in this process, default all. */
  actors?: readonly ActorName[];
  /** Whom the payment actor asks; needed where it runs here. Whoever opened it closes it, after `stop`. */
  provider?: PaymentProvider;
  /** How the notifier sends messages by KakaoTalk, where it runs here; default: they are lines in the terminal. */
  kakao?: KakaoConfig | undefined;
  /** Whether the messages to people are not printed. Default false. */
  quiet?: boolean;
  onProblem(problem: Problem): void;
  /** Told what the listening thread prints; default stderr. */
  say?(line: string): void;
  /** Told of an actor that another process ran until now. */
  onTurn?(actor: ActorName): void;
};

export type Platform = {
  broker: Broker;
  /** The actors that this process runs, and those that it stands by for because another one does; as it was at the start. */
  running: ActorName[];
  waiting: ActorName[];
  /** Takes nothing more, finishes what is in hand within `graceMs` (default 10,000), and closes everything. Safe to call twice. */
  stop(graceMs?: number): Promise<void>;
};

/**
 * Starts actors and the read model in this process. Those that only listen, the notifier and the read model, have a thread of
 * their own, so that they never slow down those that decide.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { settings, menu, pace, actors = actorNames, quiet = false, onProblem } = options;
  const common = { settings, menu, pace, quiet };
  const deciding = actors.filter((name) => name !== 'notifier');
  const listening = actors.filter((name) => name === 'notifier');

  const here = await startSide(
    { ...common, actors: deciding, readModel: false, deadLetters: false },
    onProblem,
    options.provider,
  );
  let there: Pick<Side, 'stop'>;
  let turns: Turns | undefined;
  try {
    turns = takeTurns(folderOf(settings), actors, (actor) => {
      options.onTurn?.(actor);
      try {
        if (actor === 'order') publishMenu(settings, menu);
      } catch (error) {
        onProblem({ actor, kind: 'store', reason: reasonOf(error) }); // the menu shown is the old one; orders are judged by ours
      }
    });
    if (turns.running.includes('order')) publishMenu(settings, menu);
    there = await startSideThread(
      {
        ...common,
        actors: listening,
        readModel: true,
        deadLetters: true,
        ...(options.kakao && { kakao: options.kakao }),
      },
      onProblem,
      options.say,
    );
  } catch (error) {
    turns?.stop();
    await here.stop(0).catch(() => undefined); // what failed first is what there is to say
    throw error;
  }
  const { running, waiting, stop: stopTurns } = turns;
  let stopped: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    stopTurns();
    const results = await Promise.allSettled([here.stop(graceMs), there.stop(graceMs)]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };
  return {
    broker: here.broker,
    running,
    waiting,
    stop: (graceMs = 10_000) => {
      stopped ??= stop(graceMs);
      return stopped;
    },
  };
}
