import type { Answer } from '../src/actors/actor.ts';
import type { Commands } from '../src/actors/messages.ts';
import type { CancelUntil } from '../src/actors/rules.ts';
import type { DeadLetter } from '../src/broker/broker.ts';
import type { AnyEnvelope, Envelope } from '../src/broker/envelope.ts';
import type { Platform } from './platform.ts';
import { type Asked, Requests } from './requests.ts';
import { SimLink } from './sim-link.ts';
import { SimProcess } from './sim-process.ts';
import { noon } from './timeline.ts';
import type { World } from './world.ts';

/** How long somebody waits for an answer, milliseconds. */
const patienceMs = [10_000, 10_000, 1_000, 200];
/** The event after which it is soon too late to cancel, and how much later that is on autopilot, milliseconds. */
const lastCall: Record<CancelUntil, [event: string, afterMs: number]> = {
  accepted: ['OrderPlaced', 0],
  cooked: ['OrderAccepted', 1_500],
  departed: ['RiderAssigned', 300],
};
/** How close to that, milliseconds. */
const lastMomentsMs = [0, -300, -150, -2, 2, 4, 6];
/** How soon after an order was placed somebody would rather not have, milliseconds: some have not heard of it yet. */
const regretMs = [5, 0, 50, 500];
/** When somebody asks for the same once more without waiting for the answer: about while the first is being decided. */
const atOnceMs = [8, 2, 4, 12, 20];
/** When somebody who was not answered gives up for good: it is calm long before. */
const mostTries = 60;

/** The people of a simulated world: those who order, the owner and the riders who work by hand, and who looks after dead letters. */
export class People {
  readonly requests: Requests;
  /** What was asked at the very end, of each order. */
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
    this.requests = new Requests(world, this.link);
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
    this.askedAtLast.push(await this.requests.ask('PlaceOrder', orderId, this.placing.get(orderId)!(), 10_000));
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
    // Those that come when all is well again must be dealt with as if nothing had ever been.
    const fromMs = fate.happens(`${orderId}: comes when all is calm`, 25) ? this.world.settledAt - noon : 0;
    const soon = (question: string, run: () => void) => {
      const ms = fromMs + fate.pick(`${orderId}: ${question}`, [10, 0, 100, 700, 2_000, 4_000, 12_000, 70_000]);
      timeline.after(ms, run, this.link.process);
      if (fate.happens(`${orderId}: twice at once ${question}`, 10))
        timeline.after(ms + fate.pick(`${orderId}: how soon once more ${question}`, atOnceMs), run, this.link.process);
    };
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
    if (type === 'OrderPlaced' && fate.happens(`${orderId}: regretted`, 15))
      this.world.timeline.after(
        fate.pick('how soon it is regretted', regretMs),
        () => this.cancel(orderId),
        this.link.process,
      );
    const [event, afterMs] = lastCall[this.platform.rules.cancelUntil];
    if (type === event && fate.happens(`${orderId}: cancelled at the last moment`, 20))
      this.world.timeline.after(
        afterMs + fate.pick('the last moment', lastMomentsMs),
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
    const { answer } = await this.requests.ask(type, orderId, data(), waitMs);
    if ((answer && !isTooEarly(type, answer)) || tries <= 1) return;
    this.world.timeline.after(1_000, () => void this.ask(type, orderId, data, tries - 1, waitMs), this.link.process);
  }
}

/** Whoever goes by the journal may know of something before the one who is asked does. */
const isTooEarly = (type: keyof Commands, answer: Answer): boolean =>
  answer.outcome === 'refused' &&
  ((type !== 'CancelOrder' && answer.code === 'no-such-order') || /is not cooked yet/.test(answer.reason));

/** Whether the owner accepts, and whether the owner refuses; who does neither lets the time pass. */
const owners: [boolean, boolean][] = [
  [true, false],
  [false, true],
  [true, true],
  [false, false],
];
