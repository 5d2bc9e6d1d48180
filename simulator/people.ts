import type { Answer } from '../src/actors/actor.ts';
import type { Commands } from '../src/actors/messages.ts';
import type { DeadLetter } from '../src/broker/broker.ts';
import type { AnyEnvelope, Envelope } from '../src/broker/envelope.ts';
import type { Platform } from './platform.ts';
import { SimLink } from './sim-link.ts';
import { SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

/** What somebody asked, and what came of it; without an answer nobody answered in time. */
export type Asked = { type: keyof Commands; orderId: string; content: string; answer: Answer | undefined };

/** How long somebody waits for an answer, milliseconds. */
const patienceMs = [10_000, 10_000, 1_000, 200];
/** After a rider was assigned, milliseconds: about when one on autopilot leaves. */
const lastMomentsMs = [300, 0, 150, 298, 302, 304, 306];
/** When somebody who was not answered gives up for good: it is calm long before. */
const mostTries = 60;

/** The people of a simulated world: those who order, the owner and the riders who work by hand, and who looks after dead letters. */
export class People {
  readonly asked: Asked[] = [];
  /** What was asked when all was calm, of each order. */
  readonly askedAtLast: Asked[] = [];
  readonly orderIds: string[] = [];
  private readonly link: SimLink;
  private readonly seen = new Set<string>();
  private readonly placing = new Map<string, () => Commands['PlaceOrder']>();

  constructor(
    private readonly world: World,
    private readonly platform: Platform,
  ) {
    const process = new SimProcess(world, 'the people');
    this.link = new SimLink(platform.broker, process);
    platform.broker.watch(
      (event) => this.onEvent(event),
      (letter) => this.onLetter(letter),
    );
    const count = world.fate.pick('how many orders', [1, 1, 2, 2, 3]);
    for (let i = 1; i <= count; i++) this.orders(`order-${i}`);
  }

  /** Everybody asks once more how the order stands, by placing it again. */
  askAgain(): void {
    this.askedAtLast.length = 0;
    for (const orderId of this.orderIds) void this.askAtLast(orderId);
  }

  private async askAtLast(orderId: string): Promise<void> {
    this.askedAtLast.push(await this.askOnce('PlaceOrder', orderId, this.placing.get(orderId)!(), 10_000));
  }

  private orders(orderId: string): void {
    const { fate, timeline } = this.world;
    this.orderIds.push(orderId);
    const storeId = fate.pick(`${orderId}: which store`, ['auto', 'hand', 'auto']);
    const billingKey = fate.pick(`${orderId}: which card`, ['card', 'card', 'card', 'card', 'card', 'card-declined']);
    const payLater = fate.happens(`${orderId}: pays later`, 30);
    const waitMs = fate.pick(`${orderId}: patience`, patienceMs);
    const content = (quantity: number) => () => ({
      orderId,
      customerId: 'kim',
      storeId,
      lines: [{ itemId: 'fried', quantity }],
      billingKey,
      answerBy: timeline.now + waitMs,
      ...(payLater && { payLater }),
    });
    this.placing.set(orderId, content(1));
    const soon = (question: string, run: () => void) =>
      timeline.after(
        fate.pick(`${orderId}: ${question}`, [10, 0, 100, 700, 2_000, 4_000, 12_000, 70_000]),
        run,
        this.link.process,
      );
    const place = (quantity: number) => void this.ask('PlaceOrder', orderId, content(quantity), 4, waitMs);
    soon('when it is placed', () => place(1));
    if (fate.happens(`${orderId}: placed twice`, 15)) soon('when it is placed again', () => place(1));
    if (fate.happens(`${orderId}: placed with other content`, 10)) soon('when it is placed otherwise', () => place(2));
    const cancel = () => this.cancel(orderId);
    if (fate.happens(`${orderId}: cancelled`, 40)) soon('when it is cancelled', cancel);
    if (fate.happens(`${orderId}: cancelled again`, 15)) soon('when it is cancelled again', cancel);
  }

  private cancel(orderId: string): void {
    void this.ask('CancelOrder', orderId, () => ({ orderId, reason: 'changed my mind' }), mostTries);
  }

  /** Owners and riders who work by hand go by the journal. */
  private onEvent({ id, type, data }: AnyEnvelope): void {
    if (this.seen.has(id)) return;
    this.seen.add(id);
    const { fate } = this.world;
    const { manual } = this.platform.pace;
    const orderId = String(data['orderId']);
    const does = <T extends keyof Commands>(does: T, rest: object = {}) =>
      this.later(() => this.ask(does, orderId, () => ({ orderId, ...rest }) as Commands[T], mostTries));
    if (type === 'OrderPlaced' && (manual || data['storeId'] === 'hand')) {
      const [accepts, refuses] = fate.pick(`${orderId}: the owner`, owners);
      if (accepts) does('AcceptOrder');
      if (refuses) does('RefuseOrder', { reason: 'closed' });
    }
    if (type === 'OrderAccepted' && (manual || this.placing.get(orderId)?.().storeId === 'hand')) does('FinishCooking');
    if (type === 'RiderAssigned' && fate.happens(`${orderId}: cancelled at the last moment`, 20))
      this.world.timeline.after(
        fate.pick('the last moment', lastMomentsMs),
        () => this.cancel(orderId),
        this.link.process,
      );
    if (!manual) return;
    if (type === 'OrderCooked') does('ClaimDelivery', { riderId: 'lee' });
    if (type === 'OrderCooked' && fate.happens(`${orderId}: two riders`, 20))
      does('ClaimDelivery', { riderId: 'park' });
    if (type === 'RiderAssigned') does('PickUpDelivery');
    if (type === 'DeliveryDeparted') does('CompleteDelivery');
  }

  /** Whoever looks after dead letters sends them on their way again, a while later. */
  private onLetter({ queue, body }: DeadLetter): void {
    const envelope = JSON.parse(body) as Envelope;
    const redrive = (): void =>
      void this.link
        .publish([{ envelope, queue }])
        .catch(() => this.world.timeline.after(1_000, redrive, this.link.process));
    this.world.timeline.after(300_000, redrive, this.link.process);
  }

  private later(run: () => unknown): void {
    const ms = this.world.fate.pick('how long somebody takes', [100, 10, 1_000, 5_000]);
    this.world.timeline.after(ms, run, this.link.process);
  }

  /** Asks until there is an answer that will not change by waiting, at most so many times. */
  private async ask<T extends keyof Commands>(
    type: T,
    orderId: string,
    data: () => Commands[T],
    tries: number,
    waitMs = 10_000,
  ): Promise<void> {
    const asked = await this.askOnce(type, orderId, data(), waitMs);
    this.asked.push(asked);
    if ((asked.answer && !isTooEarly(type, asked.answer)) || tries <= 1) return;
    this.world.timeline.after(1_000, () => void this.ask(type, orderId, data, tries - 1, waitMs), this.link.process);
  }

  private async askOnce(type: keyof Commands, orderId: string, data: object, waitMs: number): Promise<Asked> {
    const envelope = { id: this.world.newId(), type, key: orderId, at: this.world.timeline.now, data } as Envelope;
    const answer = await this.link.request(envelope, waitMs).catch(() => undefined);
    this.world.tell(() => `Somebody asked for ${type} of ${orderId} and heard: ${sayingOf(answer)}`);
    const { lines } = data as { lines?: object };
    return { type, orderId, content: JSON.stringify(lines ?? null), answer };
  }
}

/** Whoever goes by the journal may know of something before the one who is asked does. */
const isTooEarly = (type: keyof Commands, answer: Answer): boolean =>
  answer.outcome === 'refused' &&
  ((type !== 'CancelOrder' && answer.code === 'no-such-order') || /is not cooked yet/.test(answer.reason));

const sayingOf = (answer: Answer | undefined): string =>
  !answer ? 'nothing' : answer.outcome === 'done' ? answer.status : `${answer.code}, ${answer.reason}`;

/** Whether the owner accepts, and whether the owner refuses; who does neither lets the time pass. */
const owners: [boolean, boolean][] = [
  [true, false],
  [false, true],
  [true, true],
  [false, false],
];
