import type { Switches } from './emulator.ts';

/** How the terminal is now, or how the program left it. */
export type Modes = Switches & {
  /** Keys go to the program one by one, unechoed. */
  rawMode: boolean;
  /** Any setting that `stty -a` tells is other than before. */
  settingsChanged: boolean;
};

/** The modes of a terminal that was left as it was found. */
export const asFound: Modes = {
  alternateScreen: false,
  cursorHidden: false,
  bracketedPaste: false,
  mouse: false,
  focusReports: false,
  kittyKeyboard: false,
  rawMode: false,
  settingsChanged: false,
};

/** @param now the settings as `stty -a` has them
 * @param found those that the program found, undefined before it has started */
export const modesOf = (switches: Switches, now: string, found: string | undefined): Modes => ({
  ...switches,
  rawMode: /(^|\s)-icanon\b/.test(now),
  settingsChanged: found !== undefined && now !== found,
});
