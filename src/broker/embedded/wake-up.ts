import { closeSync, constants, type FSWatcher, openSync, watch, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../sqlite/open-database.ts';

/** How often we look whether another process has written, milliseconds: while the bell works, and when it cannot be heard. */
const pollMs = { heard: 50, deaf: 10 };

/**
 * Tells readers that there may be something new for them: at once after a commit of ours, and within a few milliseconds after
 * one of another process. That one is heard through a file which every process writes to after its commit. Watching the
 * database itself would not do: its write-ahead log changes before the commit can be seen.
 */
export class WakeUp {
  readonly #listeners = new Map<number | string, Set<() => void>>();
  readonly #version: () => number;
  readonly #bell: number;
  #seen: number;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout;

  constructor(db: Database, folder: string) {
    const statement = db.prepare('PRAGMA data_version').pluck();
    this.#version = () => statement.get() as number;
    this.#seen = this.#version();
    const path = join(folder, 'broker.bell');
    this.#bell = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#timer = setInterval(this.#look, pollMs.heard);
    try {
      // A bell that is renamed or deleted is not the one that others ring.
      this.#watcher = watch(path, (event) => (event === 'change' ? this.#look() : this.#goDeaf()));
      this.#watcher.on('error', this.#goDeaf);
    } catch {
      this.#goDeaf(); // no inotify watch to be had
    }
  }

  /** Calls `listener` when something may have changed about `topic`. Returns how to stop that. */
  on(topic: number | string, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** After a commit of ours: wakes those here that wait for `topics`, and all other processes. */
  ring(topics: Iterable<number | string>): void {
    for (const topic of topics) this.#wake(this.#listeners.get(topic));
    writeSync(this.#bell, '!', 0);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#watcher?.close();
    closeSync(this.#bell);
  }

  readonly #look = () => {
    const version = this.#version();
    if (version === this.#seen) return;
    this.#seen = version;
    for (const listeners of this.#listeners.values()) this.#wake(listeners);
  };

  readonly #goDeaf = () => {
    this.#watcher?.close();
    this.#watcher = undefined;
    clearInterval(this.#timer);
    this.#timer = setInterval(this.#look, pollMs.deaf);
  };

  #wake(listeners: Set<() => void> | undefined): void {
    for (const listener of listeners ?? []) listener();
  }
}
