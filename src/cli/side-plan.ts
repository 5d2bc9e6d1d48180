import type { Menu } from '../actors/menu.ts';
import type { Pace } from '../actors/pace.ts';
import type { HostProblem } from '../broker/host/host.ts';
import type { ActorName } from './cast.ts';
import type { KakaoConfig } from './kakao-settings.ts';
import type { Settings } from './settings.ts';

/** What one side of the platform runs. It can be sent to another thread. */
export type SidePlan = {
  settings: Settings;
  menu: Menu;
  pace: Pace;
  actors: readonly ActorName[];
  /** How people are sent messages by KakaoTalk; default: they are lines in the terminal. */
  kakao?: KakaoConfig;
  /** Whether this side keeps the read model up to date. */
  readModel: boolean;
  /** Whether it takes what could not be handled out of the dead-letter queue, and into the journal. */
  deadLetters: boolean;
  /** Whether the messages to people are not printed. */
  quiet: boolean;
};

/** What went wrong and is being dealt with; `fatal`: this side cannot go on. */
export type Problem = Omit<HostProblem, 'actor'> & { actor: string };

/** Lets go of something, within so many milliseconds. */
export type Closer = (graceMs: number) => Promise<void> | void;
