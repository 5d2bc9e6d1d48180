import { mustReach } from '../../broker/rabbitmq/connect-any.ts';
import { removeTopology } from '../../broker/rabbitmq/remove.ts';
import { reasonOf } from '../../errors.ts';
import { actorsAtRisk } from '../../simulation/faults.ts';
import type { FaultyActor, ProviderKnobs, Script } from '../../simulation/script.ts';
import type { Charges, Stage } from '../../simulation/stage.ts';
import { askPsp } from '../ask-psp.ts';
import { actorNames } from '../cast.ts';
import { UsageError } from '../exit-code.ts';
import { topology, transportOf } from '../open-broker.ts';
import { type OwnPsp, startOwnPsp } from '../own-psp.ts';
import type { Settings } from '../settings.ts';
import { Child } from './child.ts';
import { runShell } from './run-shell.ts';

export type OwnPlatformOptions = {
  /** Its broker, and a data folder and a namespace that are nobody else's. */
  settings: Settings;
  script: Script;
  /** What restarts the broker, for the shell; if anything. */
  restartBroker: string | undefined;
  /** Told what its processes say, and of each that ends without having been asked to. */
  onLine(line: string): void;
  onEnd(why: string): void;
};

/** Seconds that a charge without an answer may still be carried out: one that hangs is done after 5 s. */
const settleSeconds = 7;

/**
 * A platform for one simulation: a payment provider, and the actors in as many processes as its script needs so that something can be done to
 * each of those that something is done to. Everything ends with `close`, and with this process at the latest.
 */
export class OwnPlatform implements Stage {
  readonly #options: OwnPlatformOptions;
  readonly #psp: OwnPsp;
  readonly #groups: readonly (readonly FaultyActor[])[];
  readonly #children = new Map<readonly FaultyActor[], Child>();
  /** What is being done to a process: the next thing waits for it. */
  readonly #busy = new Map<readonly FaultyActor[], Promise<void>>();

  private constructor(options: OwnPlatformOptions, psp: OwnPsp) {
    this.#options = options;
    this.#psp = psp;
    this.#groups = processesOf(options.script);
  }

  /**
   * @throws {UsageError} the script needs what is not there
   * @throws {BrokerUnreachable | BrokerRefused} nobody lets us in, as is said once, and not by every process
   */
  static async start(options: OwnPlatformOptions): Promise<OwnPlatform> {
    const { settings, script, restartBroker, onEnd } = options;
    if (script.faults.some(({ broker }) => broker !== undefined)) {
      if (transportOf(settings) === 'embedded')
        throw new UsageError(
          'The script restarts the broker, and the embedded one has nothing to restart. Name a RabbitMQ with --broker amqp://…',
        );
      if (restartBroker === undefined)
        throw new UsageError(
          'The script restarts the broker. Say how, with --restart-broker "docker compose restart rabbitmq", or whatever restarts yours.',
        );
    }
    if (transportOf(settings) === 'rabbitmq') await mustReach(settings.broker);
    const psp = await startOwnPsp(settings, (why) => onEnd(`The payment provider ended: ${why}`));
    const platform = new OwnPlatform(options, psp);
    try {
      await platform.provider(script.provider);
      // All of them, as those that are up by then have to be ended where one is not.
      const starts = await Promise.allSettled(platform.#groups.map((group) => platform.#start(group)));
      for (const one of starts) if (one.status === 'rejected') throw one.reason;
    } catch (error) {
      await platform.close();
      throw error;
    }
    return platform;
  }

  /** Where the payment provider is. */
  get pspUrl(): string {
    return this.#psp.url();
  }

  stop = (actor: FaultyActor): Promise<void> => this.#do(actor, (group) => this.#children.get(group)?.stop());
  kill = (actor: FaultyActor): Promise<void> => this.#do(actor, (group) => this.#children.get(group)?.kill());
  start = (actor: FaultyActor): Promise<void> => this.#do(actor, (group) => this.#start(group));

  provider = async ({ latency, capacity, declines, fails, hangs, loses }: ProviderKnobs): Promise<void> => {
    const knobs = {
      latencyMs: latency,
      capacity,
      declineRate: declines,
      failRate: fails,
      hangRate: hangs,
      loseRate: loses,
    };
    await askPsp(this.pspUrl, Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== undefined)));
  };

  charges = async (): Promise<Charges> => {
    const { counts, inHand } = await askPsp(this.pspUrl, {});
    return { decided: counts.approved + counts.declined, inHand };
  };

  restartBroker = (): Promise<void> => runShell(this.#options.restartBroker!);

  /**
   * Ends everything, and takes its queues away; where they cannot be, it says so, as that is no reason to lose what came of it all.
   * @param keepQueues leaves them for who wants to look: without the journal there is not much to see
   */
  async close(keepQueues = false): Promise<void> {
    const { settings, onLine } = this.#options;
    await Promise.allSettled(this.#busy.values());
    await Promise.all([...this.#children.values()].map((child) => child.stop()));
    await this.#psp.stop();
    if (transportOf(settings) === 'embedded') return;
    if (keepQueues) onLine(leftBehind(settings));
    else await this.#removeQueues();
  }

  async #removeQueues(): Promise<void> {
    const { settings, onLine } = this.#options;
    await removeTopology(settings.broker, topology(settings)).catch((error: unknown) =>
      onLine(`${leftBehind(settings)} ${reasonOf(error)}`),
    );
  }

  #do(actor: FaultyActor, what: (group: readonly FaultyActor[]) => Promise<void> | undefined): Promise<void> {
    const group = this.#groups.find((group) => group.includes(actor))!;
    const before = this.#busy.get(group) ?? Promise.resolve();
    const done = before.then(() => what(group));
    this.#busy.set(group, done);
    return done;
  }

  async #start(group: readonly FaultyActor[]): Promise<void> {
    const { settings, script, onLine, onEnd } = this.#options;
    const byHand = script.riders !== undefined && group.includes('rider');
    const child = await Child.start({
      args: [
        ...['up', '--plain', '--quiet', '--with-parent', '--actors', group.join(','), '--psp', this.pspUrl],
        ...['--kakao', 'none'], // nobody real is told of orders that are not
        ...['--speed', String(script.speed), '--psp-settle', String(settleSeconds)],
        ...(byHand ? ['--manual'] : []),
        ...(settings.catalog === undefined ? [] : ['--catalog', settings.catalog]),
      ],
      env: { BAEDAL_BROKER: settings.broker, BAEDAL_DATA: settings.data, BAEDAL_NAMESPACE: settings.namespace },
      upLine: 'Up: ',
      onLine: (line) => onLine(`${group.length === actorNames.length ? 'platform' : group.join(', ')}: ${line}`),
      onEnd,
    });
    this.#children.set(group, child);
  }
}

/** What is said where the queues of a platform are not taken away. */
export const leftBehind = (settings: Settings): string =>
  `What begins with ${topology(settings).prefix} is still on RabbitMQ, and has to be deleted by hand.`;

/** Which actors share a process: as the script has it, each that something is done to by itself, and the others together. */
function processesOf(script: Script): FaultyActor[][] {
  const alone = [...actorsAtRisk(script), ...(script.riders ? (['rider'] as const) : [])];
  const own = [...new Set(alone)].map((actor) => [actor]);
  const named = script.processes.map((group) => group.filter((actor) => !alone.includes(actor)));
  const taken = [...alone, ...named.flat()];
  const rest = actorNames.filter((actor) => !taken.includes(actor));
  return [...own, ...named, rest].filter((group) => group.length > 0);
}
