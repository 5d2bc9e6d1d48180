/** What is done in the terminal before the picture is taken. */
export type SceneStep =
  /** Keys, by the names that the terminal of the tests has for them. */
  | { press: readonly string[] }
  /** Until the screen shows it. */
  | { waitFor: string | RegExp }
  /** Milliseconds, for what only time brings. */
  | { wait: number }
  /** Until the program has ended. */
  | 'end';

/** Where a scene plays: what its processes have in their environment, a data folder of their own among it. */
export type Stage = {
  readonly env: Readonly<Record<string, string>>;
  /** Runs `baedal ARGS` on this stage to its end, and gives what it printed. @throws {Error} it did not end with 0 */
  readonly baedal: (...args: string[]) => Promise<string>;
  /** Starts `baedal ARGS` on this stage and waits for a line that has `ready`. It ends with the scene. */
  readonly beside: (ready: string, ...args: string[]) => Promise<void>;
};

/** A picture to take of the program. */
export type Scene = {
  /** Of the file, without `.svg`. */
  readonly name: string;
  /** Says what there is to see to those who cannot. */
  readonly title: string;
  readonly args: readonly string[];
  /** Cells, default 100. */
  readonly columns?: number;
  /** Lines, default 30. Empty ones at the end are cut off where the program has ended. */
  readonly rows?: number;
  readonly lang: 'ko' | 'en';
  readonly steps: readonly SceneStep[];
  /** Sets the stage before the program starts. What it returns is done when the picture has been taken, or could not be. */
  readonly before?: (stage: Stage) => Promise<undefined | (() => Promise<void>)>;
};
