import type { Actor } from '../src/actors/actor.ts';
import type { Menu } from '../src/actors/menu.ts';
import type { Pace } from '../src/actors/pace.ts';
import { cancelLimits, houseRules, type Rules } from '../src/actors/rules.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import type { Host, HostProblem } from '../src/broker/host/host.ts';
import type { Store } from '../src/broker/host/store.ts';
import { type Topology, topologyOf } from '../src/broker/topology.ts';
import { cast } from '../src/cli/cast.ts';
import type { PaymentProvider } from '../src/partners/psp.ts';
import { guardFor } from './guard-for.ts';
import { openHosts } from './open-hosts.ts';
import { SimBroker } from './sim-broker.ts';
import { SimChannel } from './sim-channel.ts';
import { SimLink } from './sim-link.ts';
import { SimProcess } from './sim-process.ts';
import { providerFor, SimProvider } from './sim-provider.ts';
import { SimFile, SimStore } from './sim-store.ts';
import type { UsedBroker } from './used-broker.ts';
import type { World } from './world.ts';

/** What one process works with. Tests put broken parts in place of these. */
export type Parts = {
  actors: readonly Actor<unknown>[];
  broker: UsedBroker;
  provider: PaymentProvider;
  store(file: SimFile): Store<unknown>;
};
export type Tamper = (parts: Parts, process: SimProcess, provider: SimProvider) => Parts;

export const simulatedMenu: Menu = {
  stores: ['auto', 'hand'].map((storeId) => ({
    storeId,
    name: { ko: storeId, en: storeId },
    autoAccept: storeId === 'auto',
    rideMs: 600_000,
    items: [{ itemId: 'fried', name: { ko: '치킨', en: 'Fried' }, priceWon: 19_000, soldOut: false, prepMs: 900_000 }],
  })),
};

/** Which actors run together in one process, each process of its own name. Two of the same stand by for each other. */
const everybody = ['order', 'payment', 'kitchen', 'rider', 'notifier'];
const layouts: Record<string, string[]>[] = [
  { p: everybody },
  { a: everybody, b: everybody },
  { a: everybody, b: everybody },
  { decides: everybody.filter((name) => name !== 'notifier'), listens: ['notifier'] },
  Object.fromEntries(everybody.map((name) => [name, [name]])),
];

const topologies = new Map<number, Topology>();
const restartMs = [50, 500, 5_000];

/** The platform of a simulated world: the real actors in real hosts, in processes that die and are started again. */
export class Platform {
  readonly broker: SimBroker;
  readonly provider: SimProvider;
  readonly channel: SimChannel;
  readonly files = new Map<string, SimFile>();
  readonly rules: Rules;
  readonly pace: Pace;
  /** Each process that lives, with its hosts. */
  readonly living = new Map<SimProcess, Host<unknown>[]>();
  /** Hosts that gave up, and why. */
  readonly fatal: HostProblem[] = [];
  /** Whether every process so far had a clock that is right. */
  clocksAreRight = true;
  /** Processes in which a host had more in hand than it may. */
  readonly overfull: string[] = [];
  /** What hosts said again although they had dealt with what it came of. */
  readonly saidAgain: Envelope[] = [];
  private readonly actors: Actor<unknown>[];

  constructor(
    private readonly world: World,
    private readonly tamper: Tamper = (parts) => parts,
  ) {
    const { fate } = world;
    this.rules = {
      ...houseRules,
      cancelUntil: fate.pick('until when orders can be cancelled', cancelLimits.toReversed()),
    };
    const manual = fate.happens('riders work by hand', 30);
    this.pace = { manual, speed: 600, storeDeadlineMs: 600_000, pickupMs: 180_000 };
    this.actors = cast(simulatedMenu, this.pace, this.rules);
    this.broker = new SimBroker(world, this.topology(fate.pick('partitions', [1, 1, 2])));
    this.provider = new SimProvider(world);
    this.channel = new SimChannel(world);
    for (const { name, actor } of this.broker.topology.queues) this.files.set(name, new SimFile(actor));
    const layout = fate.pick('how actors share processes', layouts);
    for (const [name, actors] of Object.entries(layout)) this.start(name, actors);
  }

  private topology(partitions: number): Topology {
    const known = topologies.get(partitions) ?? topologyOf(this.actors, 'simulated', partitions);
    topologies.set(partitions, known);
    return known;
  }

  private start(name: string, actors: readonly string[]): void {
    const { world, broker } = this;
    const { fate, weather, timeline } = world;
    const process: SimProcess = new SimProcess(world, name, {
      died: () => {
        this.living.delete(process);
        timeline.after(0, () => link.cut());
        timeline.after(fate.pick(`when ${name} is started again`, restartMs), () => this.start(name, actors));
      },
      lostTouch: () => link.lose(),
    });
    const link = new SimLink(broker, process);
    if (fate.fault(`the clock of ${name} is wrong`, weather.clock))
      process.skewMs = fate.pick(`how wrong the clock of ${name} is`, [-200, 200, -50, 50, 3_600_000, -3_600_000]);
    if (process.skewMs !== 0) this.clocksAreRight = false;
    world.count('starts');
    world.tell(() => `${name} starts.`);
    timeline.after(0, () => void this.run(process, link, actors).catch((error) => world.fail(error)), process);
    if (fate.fault(`${name} is stopped`, weather.stop))
      timeline.after(
        fate.pick(`when ${name} is stopped`, [3_000, 200, 1_000]),
        () => void this.stop(process).catch((error) => world.fail(error)),
        process,
      );
  }

  private async run(process: SimProcess, link: SimLink, actors: readonly string[]): Promise<void> {
    const parts = this.tamper(
      {
        actors: this.actors.filter(({ name }) => actors.includes(name)),
        broker: link,
        provider: providerFor(process, this.provider),
        store: (file) => new SimStore(file, process),
      },
      process,
      this.provider,
    );
    const guarded = guardFor(process, parts);
    const hosts = openHosts({
      process,
      actors: parts.actors,
      queues: this.broker.topology.queues,
      broker: parts.broker,
      storeOf: (queue) => parts.store(this.files.get(queue)!),
      partners: {
        Charge: guarded.charge,
        Void: guarded.void,
        Refund: guarded.refund,
        turnsAway: guarded.turnsAway,
        busyForMs: guarded.busyForMs,
        Notify: this.channel.sender(process),
      },
      onProblem: (problem) => this.onProblem(problem),
      onHands: (host, most) => {
        if (host.stats.inHand > most) this.overfull.push(process.name);
      },
      onSaidAgain: (said) => this.saidAgain.push(said),
    });
    this.living.set(process, hosts);
    for (const host of hosts) await host.start();
  }

  /** In an orderly way: what is in hand is finished, for as long as that may take. */
  private async stop(process: SimProcess): Promise<void> {
    this.world.count('stops');
    this.world.tell(() => `${process.name} is asked to stop.`);
    const graceMs = this.world.fate.pick(`how long ${process.name} has to stop`, [10_000, 0, 1_000]);
    await Promise.allSettled((this.living.get(process) ?? []).map((host) => host.drain(graceMs)));
    this.world.tell(() => `${process.name} has stopped.`);
    process.die();
  }

  private onProblem(problem: HostProblem): void {
    const { kind, actor, reason } = problem;
    if (kind === 'retry') this.world.count('retries');
    if (kind === 'fatal') this.fatal.push(problem);
    this.world.tell(() => `The ${actor} actor's host: ${kind}, ${reason}`);
  }
}
