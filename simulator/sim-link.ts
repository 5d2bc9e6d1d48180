import type { Answer } from '../src/actors/actor.ts';
import type { ConsumeOptions, DeadLetter, Outgoing, Subscription } from '../src/broker/broker.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import { OutcomeUnknown, PublishRefused, RequestTimedOut } from '../src/broker/errors.ts';
import { type Parcel, pack } from '../src/broker/parcels.ts';
import type { SimBroker } from './sim-broker.ts';
import { never, type SimProcess } from './sim-process.ts';
import type { Consumer } from './sim-queue.ts';
import type { UsedBroker } from './used-broker.ts';

type Wanted = ConsumeOptions & { queue: string; stopped: boolean };

/** Milliseconds until somebody hears that a link is lost, and until there is another. */
const noticeMs = [5, 0, 100, 3_000, 12_000];
const reconnectMs = [20, 200, 2_000];

/**
 * One process's link to the broker. When it is lost, everything on its way over it is lost too, what is in hand comes again, and every ack of
 * before is void; and the process may hear of it only later.
 */
export class SimLink implements UsedBroker {
  /** Counts the links that this process has had. */
  generation = 0;
  private isUp = true;
  private readonly wanted: Wanted[] = [];
  private readonly consumers = new Map<Wanted, Consumer>();
  private readonly unconfirmed = new Set<(error: Error) => void>();
  /** Asks again what was asked and not answered. */
  private readonly asking = new Set<() => void>();
  private lastArrival = 0;
  private replies = 0;

  constructor(
    private readonly broker: SimBroker,
    readonly process: SimProcess,
  ) {}

  private get world() {
    return this.broker.world;
  }

  publish(messages: readonly Outgoing[]): Promise<void> {
    const parcels = pack(this.broker.topology, messages);
    return this.send(`a publish of ${this.process.name}`, () => this.storeAll(parcels));
  }

  bury(letters: readonly DeadLetter[]): Promise<void> {
    return this.send(`a burial by ${this.process.name}`, () => {
      for (const letter of letters) this.broker.bury(letter);
      return undefined;
    });
  }

  async consume(queue: string, options: ConsumeOptions): Promise<Subscription> {
    if (this.process.mayEnd('before', 'subscribing')) return never();
    const wanted = { ...options, queue, stopped: false };
    this.wanted.push(wanted);
    this.subscribe(wanted);
    if (this.process.mayEnd('after', 'subscribing')) return never();
    return {
      stop: async () => {
        wanted.stopped = true;
        const consumer = this.consumers.get(wanted);
        if (consumer) this.broker.queues.get(queue)!.unsubscribe(consumer);
      },
    };
  }

  answer(replyTo: string, answer: Answer): void {
    const { fate, weather, timeline } = this.world;
    if (this.process.mayEnd('before', 'an answer')) return;
    this.broker.given.add(replyTo);
    if (!this.isUp) return;
    if (fate.fault('an answer is lost', weather.deaf)) this.world.count('lost answers');
    else timeline.after(this.world.latencyMs('answer'), () => this.broker.askers.get(replyTo)?.hear(answer));
    this.process.mayEnd('after', 'an answer');
  }

  async request(envelope: Envelope, timeoutMs: number): Promise<Answer> {
    const { timeline } = this.world;
    const replyTo = `${this.process.name}-${++this.replies}`;
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (settle: () => void) => {
        over = true;
        this.broker.askers.delete(replyTo);
        this.asking.delete(send);
        timeline.after(0, settle, this.process);
      };
      this.broker.askers.set(replyTo, { link: this, hear: (answer) => end(() => resolve(answer)) });
      timeline.after(timeoutMs, () => over || end(() => reject(new RequestTimedOut(timeoutMs))));
      const send = () => {
        const { generation } = this;
        this.publish([{ envelope: { ...envelope, replyTo } as Envelope }]).catch(() =>
          timeline.after(100, () => !over && generation === this.generation && send(), this.process),
        );
      };
      send();
      this.asking.add(send);
    });
  }

  /** Acks travel, and may be lost with the link that they are on. */
  ack(generation: number, finish: () => void): void {
    const { fate, weather, timeline } = this.world;
    if (this.process.mayEnd('before', 'an ack') || generation !== this.generation) return;
    if (fate.fault(`the link of ${this.process.name} is lost at an ack`, weather.linkLoss)) this.lose();
    timeline.after(this.world.latencyMs('ack'), () => {
      if (generation === this.generation) finish();
    });
    this.process.mayEnd('after', 'an ack');
  }

  /** The broker hears of it at once: the rest later. */
  lose(): void {
    if (!this.isUp) return;
    const { fate, timeline } = this.world;
    this.world.count('link losses');
    this.world.tell(() => `The link of ${this.process.name} is lost.`);
    this.cut();
    const notice = fate.pick(`when ${this.process.name} hears of its lost link`, noticeMs);
    timeline.after(notice, () => this.hearOfLoss(), this.process);
  }

  /** Nothing more goes over it, and what is in hand comes again. */
  cut(): void {
    this.isUp = false;
    this.generation++;
    this.consumers.clear();
    this.broker.drop(this);
  }

  private hearOfLoss(): void {
    const lost = [...this.unconfirmed];
    this.unconfirmed.clear();
    this.world.count('lost confirms', lost.length);
    for (const fail of lost) fail(new OutcomeUnknown());
    const ms = this.world.fate.pick(`how long ${this.process.name} takes to reconnect`, reconnectMs);
    this.world.timeline.after(
      ms,
      () => {
        this.isUp = true;
        for (const wanted of this.wanted) {
          wanted.onLoss?.();
          this.subscribe(wanted);
        }
        for (const again of this.asking) again(); // the answer may have gone by
      },
      this.process,
    );
  }

  private subscribe(wanted: Wanted): void {
    if (wanted.stopped || !this.isUp) return;
    const { queue, prefetch, onDeliveries } = wanted;
    const consumer = { link: this, generation: this.generation, prefetch, inHand: 0, onDeliveries };
    this.consumers.set(wanted, consumer);
    this.broker.queues.get(queue)!.subscribe(consumer);
  }

  /** Sends something to be stored, behind what was sent before, and waits for the confirm. */
  private async send(what: string, store: () => Error | undefined): Promise<void> {
    const { fate, weather, timeline } = this.world;
    const { process } = this;
    if (process.mayEnd('before', 'a publish')) return new Promise(() => {});
    if (fate.fault(`the link of ${process.name} is lost at a publish`, weather.linkLoss)) this.lose();
    return new Promise((resolve, reject) => {
      this.unconfirmed.add(reject);
      const { generation } = this;
      const settle = (how: () => void) => {
        if (process.mayEnd('after', 'a publish')) return;
        timeline.after(
          this.world.latencyMs('confirm'),
          () => {
            if (this.unconfirmed.delete(reject)) how();
          },
          process,
        );
      };
      this.lastArrival = Math.max(this.lastArrival, timeline.now + this.world.latencyMs('publish'));
      if (!this.isUp)
        return void timeline.after(100, () => this.unconfirmed.delete(reject) && reject(new OutcomeUnknown()), process);
      timeline.after(this.lastArrival - timeline.now, () => {
        if (generation !== this.generation) return; // lost on its way, as its sender will hear
        const unknown = fate.fault(`nobody knows of ${what}`, weather.unknown);
        const isStored = !unknown || fate.pick(`what became of ${what}`, [true, false]);
        const refusal = isStored ? store() : undefined;
        if (generation !== this.generation) return; // lost on the way of a part of it
        if (unknown) this.world.count('lost confirms');
        if (unknown) return settle(() => reject(new OutcomeUnknown()));
        settle(() => (refusal ? reject(refusal) : resolve()));
      });
    });
  }

  /** Some of what was published together has arrived, and the rest never does. */
  private isLostBetween(): boolean {
    const { fate, weather } = this.world;
    if (!fate.fault(`the link of ${this.process.name} is lost between two parcels`, weather.linkLoss * 3)) return false;
    this.world.count('publishes in part');
    this.lose();
    return true;
  }

  private storeAll(parcels: readonly Parcel[]): Error | undefined {
    let isTaken = true;
    for (const [i, parcel] of parcels.entries()) {
      if (i > 0 && this.isLostBetween()) return undefined;
      isTaken = this.broker.store(parcel) && isTaken;
    }
    if (isTaken) return undefined;
    this.world.count('refused publishes');
    return new PublishRefused('a queue is full');
  }
}
