import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Broker, Delivery, Outgoing, Subscription } from '../../../src/broker/broker.ts';
import type { Envelope } from '../../../src/broker/envelope.ts';
import { partitionOf, type Topology, topologyOf } from '../../../src/broker/topology.ts';

/** How a transport takes part in the contract suite. One of these serves all its tests: they leave each other's messages alone. */
export type Transport = {
  /** A module that exports `open(options): Promise<Broker>`, in this process and in others, and the JSON to call it with. */
  opener: { module: string; options: unknown };
  /** Puts bytes straight into a queue, or the journal, past the codec. Resolves when they are stored. */
  corrupt(queue: string, bytes: Buffer): Promise<void>;
  cleanUp(): Promise<void>;
};

/** What a child process is asked to do; see child.ts. */
export type Order =
  | { do: 'publish'; messages: Outgoing[] }
  | { do: 'publish and die'; messages: Outgoing[] }
  | { do: 'publish until killed'; type: 'PaymentUnknown'; key: string; prefix: string }
  | { do: 'consume'; queue: string; prefetch: number; ack: boolean }
  | { do: 'answer'; queue: string }
  | { do: 'listen' }
  | { do: 'broadcast until killed'; body: object }
  | { do: 'request'; envelope: Envelope; timeoutMs: number };

/** What a child process reports. */
export type Said = { say: string; ids: string[]; detail: string };

/** Declares a test. Its stage is its own, and is cleared when it ends. */
export type Declare = (name: string, body: (stage: Stage) => Promise<void>) => void;

const on = (...types: string[]) =>
  Object.fromEntries(types.map((type) => [type, () => ({ state: {}, effects: [] })])) as never;

/**
 * The queues of the suite. `PaymentUnknown` goes to both actors, `PaymentVoided` and the command `AcceptOrder` to `one`,
 * `FinishCooking` to `two`, the event `DeliveryStopped` to the journal only, the command `VoidPayment` nowhere.
 */
export const contractTopology = (namespace: string): Topology =>
  topologyOf(
    [
      { name: 'one', on: on('AcceptOrder', 'PaymentUnknown', 'PaymentVoided') },
      { name: 'two', on: on('FinishCooking', 'PaymentUnknown') },
    ],
    namespace,
    2,
  );

/** Deadline for everything that is to happen, milliseconds. Generous: no test is about speed. */
const patienceMs = 20_000;

/** Waits until `probe` gives something truthy. */
export async function eventually<T>(what: string, probe: () => T | undefined): Promise<T> {
  const giveUp = Date.now() + patienceMs;
  for (let result = probe(); ; result = probe()) {
    if (result) return result;
    if (Date.now() > giveUp) throw new Error(`It never came true: ${what}`);
    await sleep(3);
  }
}

/** What one test works with. Everything it opens or starts is gone when it ends. */
export class Stage {
  /** In front of every id that `make` gives. */
  readonly run = randomUUID().slice(0, 8);
  readonly #transport: Transport;
  readonly #brokers: Broker[] = [];
  readonly #children: Child[] = [];
  #made = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async open(): Promise<Broker> {
    const { module, options } = this.#transport.opener;
    const broker = (await ((await import(module)) as { open(options: unknown): Promise<Broker> }).open(
      options,
    )) as Broker;
    this.#brokers.push(broker);
    return broker;
  }

  async startChild(): Promise<Child> {
    const child = new Child(this.#transport.opener);
    this.#children.push(child);
    await child.says('ready');
    return child;
  }

  corrupt(queue: string, bytes: Buffer): Promise<void> {
    return this.#transport.corrupt(queue, bytes);
  }

  /** A message of this test, about an order in partition 0 unless told otherwise. */
  make(
    type: 'AcceptOrder' | 'FinishCooking' | 'PaymentUnknown' | 'VoidPayment' | 'RideDone',
    key = keyIn(0),
  ): Envelope {
    const id = `${this.run}-${this.#made++}`;
    return { id, type, key, at: Date.now(), data: { orderId: key } };
  }

  /** Messages of this test, each about an order of its own in partition 0. */
  many(count: number, type: 'AcceptOrder' | 'FinishCooking' | 'PaymentUnknown' = 'AcceptOrder'): Envelope[] {
    return Array.from({ length: count }, () => this.make(type));
  }

  isMine({ id }: { id: string }): boolean {
    return id.startsWith(`${this.run}-`);
  }

  /** Consumes a queue into `taken`, messages of this test only; what other tests left is acked away. */
  async take(broker: Broker, queue: string, { prefetch = 100, ack = true } = {}): Promise<Taker> {
    const taken: Delivery[] = [];
    const subscription = await broker.consume(queue, {
      prefetch,
      onDeliveries: (deliveries) => {
        for (const delivery of deliveries) {
          const mine = this.isMine(delivery.envelope);
          if (mine) taken.push(delivery);
          if (ack || !mine) delivery.ack();
        }
      },
    });
    return { taken, ids: () => taken.map(({ envelope }) => envelope.id), stop: () => subscription.stop() };
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()));
    await Promise.all(this.#brokers.map((broker) => broker.close()));
  }
}

export type Taker = Subscription & { taken: Delivery[]; ids(): string[] };

/** Another process with a broker of its own. */
export class Child {
  readonly #process: ChildProcess;
  readonly #said: Said[] = [];

  constructor(opener: Transport['opener']) {
    const script = fileURLToPath(new URL('./child.ts', import.meta.url));
    this.#process = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(opener)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.on('message', (message) => this.#said.push(message as Said));
  }

  tell(order: Order): void {
    this.#process.send(order);
  }

  /** All message ids it reported with `say` so far. */
  ids(say: string): string[] {
    return this.#said.filter((said) => said.say === say).flatMap(({ ids }) => ids);
  }

  /** Waits until it says `say`; gives what it adds. */
  async says(say: string): Promise<string> {
    const said = await eventually(
      `a child says "${say}"`,
      () => this.#said.find((one) => one.say === say) ?? this.#hasDied(),
    );
    if (typeof said === 'string') throw new Error(`A child died (${said}) before it said "${say}".`);
    return said.detail;
  }

  /** kill -9, and waits until it is dead. */
  async kill(): Promise<void> {
    if (this.#hasDied()) return;
    this.#process.kill('SIGKILL');
    await this.died();
  }

  async died(): Promise<void> {
    if (!this.#hasDied()) await once(this.#process, 'exit');
  }

  #hasDied(): string | undefined {
    const { exitCode, signalCode } = this.#process;
    return exitCode === null && signalCode === null ? undefined : String(exitCode ?? signalCode);
  }
}

export const queueOf = (broker: Broker, actor: 'one' | 'two', partition = 0): string =>
  broker.topology.queues.find((queue) => queue.actor === actor && queue.partition === partition)!.name;

/** An order id that belongs to `partition` of two. */
export function keyIn(partition: number): string {
  while (true) {
    const key = `order-${randomUUID()}`;
    if (partitionOf(key, 2) === partition) return key;
  }
}

export const outgoing = (envelopes: readonly Envelope[]): Outgoing[] => envelopes.map((envelope) => ({ envelope }));

/** Publishes each message by itself, one after the other: none comes again because of another. */
export async function publishApart(broker: Broker, envelopes: readonly Envelope[]): Promise<void> {
  await Promise.all(envelopes.map((envelope) => broker.publish([{ envelope }])));
}

export const idsOf = (envelopes: readonly { id: string }[]): string[] => envelopes.map(({ id }) => id);
