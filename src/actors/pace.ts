/** How stores and riders work. */
export type Pace = {
  /** Nothing happens by itself: owners and riders do every step by hand. Default false. */
  manual: boolean;
  /** The autopilot runs the catalogue's times this many times as fast. 1 is as on the clock, Infinity waits for nothing. */
  speed: number;
  /** How long an owner who works by hand may take to answer an order, real milliseconds whatever `speed` is. */
  storeDeadlineMs: number;
  /** How long a rider on autopilot takes to the store, milliseconds before `speed`. */
  pickupMs: number;
};

/** 600 times as fast: a meal that takes half an hour is there in three seconds. */
export const demoPace: Pace = { manual: false, speed: 600, storeDeadlineMs: 10 * 60_000, pickupMs: 3 * 60_000 };

/** Milliseconds that `ms` of the catalogue's time take, whole. */
export const paced = (pace: Pace, ms: number): number => Math.round(ms / pace.speed);
