import type { World } from './world.ts';

/** How long a process that stands still does so, milliseconds. From `heartbeatMs` on the broker takes it for dead. */
const pausesMs = [100, 2_000, 15_000, 40_000];
export const heartbeatMs = 10_000;

/** What is said to a request; undefined where nothing ever is. */
export type Said<T> = { value: T } | { error: Error } | undefined;

/**
 * One operating-system process of the simulated platform. It can be killed, or stand still, wherever it asks something of the world: before
 * that takes effect, and after. Nothing that a dead one does has any effect, and nothing that it waits for ever comes.
 */
export class SimProcess {
  dead = false;
  /** Until when it stands still. */
  pausedUntil = 0;
  /** How wrong its clock of the day is, milliseconds. */
  skewMs = 0;

  constructor(
    readonly world: World,
    readonly name: string,
    /** Told of what becomes of it. Without this it neither dies nor stands still. */
    private readonly told?: {
      died(): void;
      /** The broker has not heard of it for so long that it takes it for dead, or cannot reach it. */
      lostTouch(): void;
    },
  ) {}

  /** Does something at once: `effect`, and then it goes on with what that gave or threw. For what is in reach, such as a file. */
  async do<T>(what: string, effect: () => T): Promise<T> {
    if (this.mayEnd('before', what)) return never();
    let settle: (resolve: (value: T) => void, reject: (error: unknown) => void) => void;
    try {
      const value = effect();
      settle = (resolve) => resolve(value);
    } catch (error) {
      settle = (_resolve, reject) => reject(error);
    }
    if (this.mayEnd('after', what)) return never();
    return new Promise((resolve, reject) =>
      this.world.timeline.after(this.world.latencyMs(what), () => settle(resolve, reject), this),
    );
  }

  /**
   * Asks something of a service outside: the request is on its way for a while, takes effect there even where the process has died
   * meanwhile, and what is said to it takes its time too.
   */
  async ask<T>(what: string, effect: () => Said<T>): Promise<T> {
    const { timeline } = this.world;
    if (this.mayEnd('before', what)) return never();
    return new Promise((resolve, reject) => {
      timeline.after(this.world.latencyMs(what), () => {
        const moreMs = this.mayHaveRivals(what);
        const said = effect();
        if (!said || this.mayEnd('after', what)) return;
        const settle = () => ('error' in said ? reject(said.error) : resolve(said.value));
        timeline.after(this.world.latencyMs(what) + moreMs, settle, this);
      });
    });
  }

  /**
   * The broker may lose it out of sight, so that another process asks too before the answer comes: which of the two then hears first is
   * open. Returns how much later this one does, milliseconds.
   */
  private mayHaveRivals(what: string): number {
    const { fate, weather } = this.world;
    if (weather.rivals === 0 || fate.calm) return 0;
    if (fate.fault(`the link of ${this.name} is lost during ${what}`, weather.rivals)) this.told?.lostTouch();
    return fate.pick(`how much longer ${what} takes`, [0, 1, 3, 6, 12, 50]);
  }

  /** A point at which it waits: it may die here, or stand still. Returns whether it is dead. */
  mayEnd(when: 'before' | 'after', what: string): boolean {
    if (this.dead || !this.told) return this.dead;
    const { fate, weather, timeline } = this.world;
    if (weather.kill > 0 && fate.fault(`kill ${this.name} ${when} ${what}`, weather.kill)) {
      this.world.count('kills');
      this.world.tell(() => `${this.name} is killed ${when} ${what}.`);
      this.die();
    } else if (weather.pause > 0 && fate.fault(`pause ${this.name} ${when} ${what}`, weather.pause)) {
      const ms = fate.pick(`how long ${this.name} stands still`, pausesMs);
      this.world.count('pauses');
      this.world.tell(() => `${this.name} stands still ${when} ${what}, for ${ms / 1_000} s.`);
      this.pausedUntil = Math.max(this.pausedUntil, timeline.now + ms);
      if (ms > heartbeatMs) timeline.after(heartbeatMs, () => this.told?.lostTouch());
    }
    return this.dead;
  }

  die(): void {
    if (this.dead) return;
    this.dead = true;
    this.told?.died();
  }
}

/** What a dead process waits for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});
