import type { Answer } from '../src/actors/actor.ts';
import type { DeadLetter } from '../src/broker/broker.ts';
import { unpackAny } from '../src/broker/codec.ts';
import type { AnyEnvelope } from '../src/broker/envelope.ts';
import type { Parcel } from '../src/broker/parcels.ts';
import type { Topology } from '../src/broker/topology.ts';
import { Sayings } from './sayings.ts';
import type { SimLink } from './sim-link.ts';
import { SimQueue } from './sim-queue.ts';
import type { World } from './world.ts';

/** Who waits for an answer. */
export type Asker = { link: SimLink; hear(answer: Answer): void };

/** The broker of a simulated world, as it is on its own side of the links. It never fails; links do. */
export class SimBroker {
  /** Every event in the order in which it was published, which may be more than once. */
  readonly journal: AnyEnvelope[] = [];
  readonly askers = new Map<string, Asker>();
  /** Where answers to what was handed over have to go, each with its order; and where any went, be it that nobody heard them. */
  readonly owed = new Map<string, string>();
  readonly given = new Set<string>();
  readonly queues: ReadonlyMap<string, SimQueue>;
  /** What came of each message, by its cause and what it says, and the id that it was said under. */
  readonly sayings = new Sayings();
  private readonly readers: ((event: AnyEnvelope) => void)[] = [];
  private readonly buried: ((letter: DeadLetter) => void)[] = [];

  constructor(
    readonly world: World,
    readonly topology: Topology,
  ) {
    this.queues = new Map(topology.queues.map(({ name }) => [name, new SimQueue(world, name, this)]));
  }

  /** Told of each event as it is put in the journal, and of each letter as it is put with the dead. */
  watch(onEvent: (event: AnyEnvelope) => void, onLetter: (letter: DeadLetter) => void): void {
    this.readers.push(onEvent);
    this.buried.push(onLetter);
  }

  /** Stores what travels as one, wherever there is room for it. Returns whether every queue took it. */
  store(parcel: Parcel): boolean {
    const { timeline } = this.world;
    const { body, messages, delayMs, attempt, failingSince } = parcel;
    const failures = failingSince === undefined ? { attempt } : { attempt, failingSince };
    let isTaken = true;
    for (const queue of this.queuesOf(parcel)) {
      if (queue.isFull()) {
        isTaken = false;
        continue;
      }
      const put = () => queue.put(body, messages.length, failures);
      if (delayMs > 0) timeline.after(delayMs + this.world.latencyMs('timer'), put);
      else put();
    }
    if (parcel.route !== undefined && this.topology.journal.routes.includes(parcel.route)) this.file(body);
    return isTaken;
  }

  bury(letter: DeadLetter): void {
    this.world.count('dead letters');
    this.world.tell(() => `A message is dead: ${letter.reason}`);
    for (const hear of this.buried) hear(letter);
  }

  drop(link: SimLink): void {
    for (const queue of this.queues.values()) queue.drop(link);
  }

  private queuesOf({ route, queue }: Parcel): SimQueue[] {
    const names =
      queue === undefined
        ? this.topology.queues.filter(({ routes }) => routes.includes(route!)).map(({ name }) => name)
        : [queue];
    return names.flatMap((name) => this.queues.get(name) ?? []);
  }

  private file(body: string): void {
    for (const one of unpackAny(body)) {
      if (!('envelope' in one)) throw one.problem;
      this.sayings.hear(one.envelope);
      this.journal.push(one.envelope);
      for (const hear of this.readers) hear(one.envelope);
    }
  }
}
