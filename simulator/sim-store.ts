import { type Batch, Fenced, type Outcome, type Store, type Versioned } from '../src/broker/host/store.ts';
import type { SimProcess } from './sim-process.ts';

/** What one actor's file holds: it outlives every process. */
export class SimFile {
  readonly instances = new Map<string, { version: number; json: string }>();
  readonly outcomes = new Map<string, string>();
  /** Each status that each order has had with this actor, one after the other. */
  readonly histories = new Map<string, string[]>();

  constructor(readonly actor: string) {}

  state(key: string): Record<string, unknown> | undefined {
    const row = this.instances.get(key);
    return row && JSON.parse(row.json);
  }

  /** All or nothing, as one transaction. */
  write({ states, unchanged, outcomes }: Batch<unknown>): void {
    for (const [key, version] of unchanged) this.mustBe(key, version);
    for (const [key, { version }] of states) this.mustBe(key, version);
    for (const id of outcomes.keys())
      if (this.outcomes.has(id)) throw new Error(`The message ${id} has been handled already.`);
    for (const [key, { state, version }] of states) {
      this.instances.set(key, { version: version + 1, json: JSON.stringify(state) });
      this.remember(key, (state as { status?: string }).status);
    }
    for (const [id, outcome] of outcomes) this.outcomes.set(id, JSON.stringify(outcome));
  }

  private mustBe(key: string, version: number): void {
    if ((this.instances.get(key)?.version ?? 0) !== version) throw new Fenced(this.actor, key);
  }

  private remember(key: string, status: string | undefined): void {
    const history = this.histories.get(key) ?? [];
    if (status !== undefined && history.at(-1) !== status) history.push(status);
    this.histories.set(key, history);
  }
}

/** One process's way to the file. A batch may be refused, or be stored although that is not what is said. */
export class SimStore<S> implements Store<S> {
  constructor(
    private readonly file: SimFile,
    private readonly process: SimProcess,
  ) {}

  load(keys: readonly string[]): Promise<Map<string, Versioned<S>>> {
    return this.process.do(`reading the ${this.file.actor} store`, () => {
      const found = new Map<string, Versioned<S>>();
      for (const key of keys) {
        const row = this.file.instances.get(key);
        if (row) found.set(key, { version: row.version, state: JSON.parse(row.json) as S });
      }
      return found;
    });
  }

  processed(ids: readonly string[]): Promise<Map<string, Outcome>> {
    return this.process.do(`looking up in the ${this.file.actor} store`, () => {
      const found = new Map<string, Outcome>();
      for (const id of ids) {
        const outcome = this.file.outcomes.get(id);
        if (outcome !== undefined) found.set(id, JSON.parse(outcome) as Outcome);
      }
      return found;
    });
  }

  commit(batch: Batch<S>): Promise<void> {
    const { fate, weather } = this.process.world;
    return this.process.do(`a commit of the ${this.file.actor} store`, () => {
      const { world } = this.process;
      const fails = fate.fault(`the ${this.file.actor} store fails`, weather.store);
      if (!fails || fate.pick(`what the ${this.file.actor} store did`, [false, true])) this.writeFor(batch);
      if (!fails) return;
      world.count('failed commits');
      throw new Error('The disk does not answer.');
    });
  }

  async prune(): Promise<number> {
    return 0;
  }

  close(): void {}

  private writeFor(batch: Batch<S>): void {
    try {
      this.file.write(batch);
    } catch (error) {
      if (error instanceof Fenced) {
        this.process.world.count('fences');
        this.process.world.tell(() => `${this.process.name} is fenced: ${(error as Error).message}`);
      }
      throw error;
    }
  }
}
