import type { Delivery, Failures } from '../src/broker/broker.ts';
import { unpack } from '../src/broker/codec.ts';
import type { Envelope } from '../src/broker/envelope.ts';
import type { SimBroker } from './sim-broker.ts';
import type { SimLink } from './sim-link.ts';
import type { World } from './world.ts';

/** What was published together to one queue: it is delivered, and comes again, together. `left`: how many are not acked. */
type Entry = Failures & { body: string; messages: Envelope[]; given: number; left: number; size: number };

/** Somebody who takes from a queue, over one generation of a link: when that is lost, it is gone. */
export type Consumer = {
  link: SimLink;
  generation: number;
  prefetch: number;
  inHand: number;
  onDeliveries(deliveries: Delivery[]): void;
};

/**
 * A work queue of the simulated broker. One consumer takes, the others stand by; what is not acked comes again, to the next one. Beyond
 * what brokers promise, an entry may come twice, or behind later ones.
 */
export class SimQueue {
  private waiting: Entry[] = [];
  private readonly held = new Map<Entry, Consumer>();
  private readonly consumers: Consumer[] = [];
  private scheduled = false;
  private fullUntil = 0;

  constructor(
    private readonly world: World,
    readonly name: string,
    private readonly broker: Pick<SimBroker, 'sayings' | 'owed'>,
  ) {}

  /** How many entries are left, in hand or not. */
  get depth(): number {
    return this.waiting.length + this.held.size;
  }

  /** Whether it takes nothing more just now: once full, it is so for a while. */
  isFull(): boolean {
    const { fate, weather, timeline } = this.world;
    if (timeline.now < this.fullUntil && !fate.calm) return true;
    if (!fate.fault(`${this.name} is full`, weather.refused)) return false;
    const ms = fate.pick(`how long ${this.name} is full`, fullMs);
    this.world.tell(() => `${this.name} is full for ${ms / 1_000} s.`);
    this.fullUntil = timeline.now + ms;
    return true;
  }

  put(body: string, size: number, failures: Failures): void {
    const { fate, weather, timeline, counts } = this.world;
    const entry = () => ({ ...failures, body, messages: [], given: 0, left: size, size });
    const late = fate.fault(`late in ${this.name}`, weather.late);
    if (late) this.world.count('late');
    if (late) timeline.after(fate.pick(`how late in ${this.name}`, lateMs), () => this.add(entry()));
    else this.add(entry());
    if (fate.fault(`twice in ${this.name}`, weather.twice)) {
      this.world.count('duplicates');
      timeline.after(fate.pick(`how much later in ${this.name}`, lateMs), () => this.add(entry()));
    }
    counts['messages'] = (counts['messages'] ?? 0) + size;
  }

  subscribe(consumer: Consumer): void {
    this.consumers.push(consumer);
    this.wake();
  }

  /** It takes nothing more; what it has in hand it may still ack. */
  unsubscribe(consumer: Consumer): void {
    const at = this.consumers.indexOf(consumer);
    if (at >= 0) this.consumers.splice(at, 1);
    this.wake();
  }

  /** The link of these is gone: what they had in hand comes again, to whoever is next. */
  drop(link: SimLink): void {
    for (const consumer of this.consumers.filter((one) => one.link === link)) this.unsubscribe(consumer);
    const back = [...this.held].filter(([, { link: holder }]) => holder === link).map(([entry]) => entry);
    for (const entry of back) this.held.delete(entry);
    for (const entry of back) Object.assign(entry, { given: 0, left: entry.size });
    this.world.count('redelivered', back.length);
    // One that was handed over in part still stands first in line.
    this.waiting = [...back, ...this.waiting.filter((entry) => !back.includes(entry))];
    this.wake();
  }

  private add(entry: Entry): void {
    this.waiting.push(entry);
    this.wake();
  }

  private wake(): void {
    if (this.scheduled || this.consumers.length === 0 || this.waiting.length === 0) return;
    this.scheduled = true;
    this.world.timeline.after(this.world.latencyMs('delivery'), () => {
      this.scheduled = false;
      this.deliver();
    });
  }

  private deliver(): void {
    const [active] = this.consumers;
    if (!active) return;
    const deliveries: Delivery[] = [];
    while (active.inHand < active.prefetch && this.waiting.length > 0) {
      const entry = this.waiting[0]!;
      deliveries.push(this.handOver(entry, active));
      if (entry.given === entry.size) this.waiting.shift();
    }
    if (deliveries.length === 0) return;
    const { link, generation } = active;
    this.world.timeline.after(
      0,
      () => {
        if (link.process.mayEnd('before', 'a delivery')) return;
        if (link.generation === generation) active.onDeliveries(deliveries);
      },
      link.process,
    );
  }

  private handOver(entry: Entry, consumer: Consumer): Delivery {
    // Read anew each time that it comes, so that nobody shares an object with somebody else.
    if (entry.given === 0) entry.messages = messagesIn(entry.body);
    const envelope = entry.messages[entry.given++]!;
    this.broker.sayings.hear(envelope);
    if (envelope.replyTo !== undefined) this.broker.owed.set(envelope.replyTo, envelope.key);
    this.held.set(entry, consumer);
    consumer.inHand++;
    let acked = false;
    const ack = () => {
      if (acked) return;
      acked = true;
      consumer.link.ack(consumer.generation, () => this.finish(entry, consumer));
    };
    const { attempt, failingSince } = entry;
    return { envelope, attempt, ...(failingSince !== undefined && { failingSince }), ack };
  }

  private finish(entry: Entry, consumer: Consumer): void {
    consumer.inHand--;
    if (--entry.left === 0) this.held.delete(entry);
    this.wake();
  }
}

const fullMs = [100, 3_000, 15_000];
const lateMs = [5, 50, 500, 5_000, 30_000];

function messagesIn(body: string): Envelope[] {
  return unpack(body).map((one) => {
    if ('problem' in one) throw one.problem;
    return one.envelope;
  });
}
