import { type Actor, type Call, type Message, receive } from '../../src/actors/actor.ts';
import { kitchen } from '../../src/actors/kitchen/kitchen.ts';
import {
  type Calls,
  eventTypes,
  type Messages,
  type MessageType,
  type NoticeToSend,
} from '../../src/actors/messages.ts';
import { notifier } from '../../src/actors/notifier/notifier.ts';
import { order } from '../../src/actors/order/order.ts';
import { payment } from '../../src/actors/payment/payment.ts';
import { rider } from '../../src/actors/rider/rider.ts';
import { type CancelUntil, cancelLimits, houseRules } from '../../src/actors/rules.ts';
import { Fate } from './fate.ts';
import { meal, menu, message, noon, pace } from './given.ts';

const orderId = 'o1';

/** The payment provider: charges once under a key, perhaps long after anybody was told, and gives back once. */
class Provider {
  captured = 0;
  refunded = 0;
  charges = 0;
  /** Asked for, and carried out only at `landsAt`. */
  private underWay: { amountWon: number; landsAt: number } | undefined;

  constructor(
    private readonly fate: Fate,
    /** Milliseconds that have passed. */
    private readonly elapsed: () => number,
  ) {}

  answer({ type, request }: Call): Messages[MessageType] {
    switch (type) {
      case 'Charge':
        return this.charge(request);
      case 'Void':
        return this.void(request.look);
      case 'Refund':
        if (this.fate.happens(20)) return { orderId, outcome: 'pending' };
        return { orderId, outcome: 'refunded', amountWon: this.giveBack() };
      case 'Notify':
        return {
          orderId,
          channel: 'console',
          notices: request.notices.map(({ recipient, about }) => ({ recipient, about, text: about })),
        };
    }
  }

  private charge({ amountWon, tries }: Calls['Charge']): Messages['ChargeAnswered'] {
    const about = { orderId, tries };
    if (this.underWay && this.elapsed() < this.underWay.landsAt) return { ...about, outcome: 'unknown' };
    if (this.underWay) this.land(this.underWay.amountWon);
    const approved = { ...about, outcome: 'approved' as const, amountWon, paymentKey: 'p' };
    if (this.captured > 0)
      return this.refunded > 0 ? { ...about, outcome: 'declined', code: 'GONE', reason: 'Gone.' } : approved;
    const fate = this.fate.pick(6);
    if (fate === 1) return { ...about, outcome: 'declined', code: 'NO', reason: 'No.' };
    if (fate === 2) return { ...about, outcome: 'busy', retryAfterMs: 1 };
    if (fate === 3) return { ...about, outcome: 'unknown' };
    if (fate === 4) {
      const laterMs = [1, 1_000, houseRules.settleMs / 2, houseRules.settleMs - 1][this.fate.pick(4)]!;
      this.underWay = { amountWon, landsAt: this.elapsed() + laterMs };
      return { ...about, outcome: 'unknown' };
    }
    this.land(amountWon);
    return fate === 5 ? { ...about, outcome: 'unknown' } : approved;
  }

  /** What is still under way is carried out in the end, whether or not anybody looks. */
  comeToRest(): void {
    if (this.underWay) this.land(this.underWay.amountWon);
  }

  private land(amountWon: number): void {
    this.captured = amountWon;
    this.charges++;
    this.underWay = undefined;
  }

  private void(look: number): Messages['VoidAnswered'] {
    if (this.fate.happens(20)) return { orderId, outcome: 'pending' };
    if (this.underWay && this.elapsed() >= this.underWay.landsAt) this.land(this.underWay.amountWon);
    if (this.captured === 0) return { orderId, outcome: 'absent', look };
    return { orderId, outcome: 'closed', amountWon: this.giveBack() };
  }

  private giveBack(): number {
    this.refunded = this.captured;
    return this.captured;
  }
}

/** What became of one order. */
export type Life = {
  status: string;
  kitchen: string;
  rider: string;
  payment: string;
  /** Every status that the order had, one after the other. */
  statuses: string[];
  facts: { id: string; type: MessageType; data: Messages[MessageType] }[];
  notices: NoticeToSend[];
  provider: Provider;
  payLater: boolean;
  cancelUntil: CancelUntil;
  /** What happened, a line a message. */
  story: string[];
};

/**
 * The life of one order in a world in which every message arrives at any time, some of them twice, the clock jumps, people change their minds
 * and the payment provider does what it likes. Nothing happens by chance: the numbers decide.
 */
export function live(numbers: readonly number[]): Life {
  const fate = new Fate(numbers);
  const byHand = fate.happens(40);
  const payLater = fate.happens(40);
  const cancelUntil = cancelLimits[2 - fate.pick(3)]!;
  const rules = { ...houseRules, cancelUntil };
  const stores = menu.stores.map((store) => ({ ...store, autoAccept: !byHand }));
  // biome-ignore lint/suspicious/noExplicitAny: each actor has a state of its own
  const actors: Actor<any>[] = [order({ stores }, rules), payment(rules), kitchen(pace), rider(pace), notifier];
  const states = actors.map(({ start }) => start);
  const life = { statuses: ['none'], facts: [], notices: [], story: [] } as unknown as Life;
  let elapsed = 0;
  const provider = new Provider(fate, () => elapsed);
  const waiting: { to: number; message: Message; notBefore: number }[] = [];
  const put = (to: number, one: Message, twicePercent: number, afterMs = 0) => {
    const item = { to, message: one, notBefore: elapsed + afterMs };
    waiting.push(item);
    if (fate.happens(twicePercent)) waiting.push(item);
  };
  const post = (type: MessageType, data: Messages[MessageType]) => {
    const one = message(type, data as never) as Message;
    if (eventTypes.includes(type as never)) life.facts.push({ id: one.id, type, data });
    for (const [to, actor] of actors.entries()) if (actor.on[type]) put(to, one, 15);
    // An owner who works by hand accepts or refuses, or does nothing; what was accepted is cooked in the end.
    const owner = (does: Message) => put(2, does, 0);
    if (byHand && type === 'OrderPlaced') {
      const does = fate.pick(4);
      if (does < 2) owner(message('AcceptOrder', { orderId }));
      if (does === 1 || does === 2) owner(message('RefuseOrder', { orderId, reason: 'closed' }));
    }
    if (byHand && type === 'OrderAccepted') owner(message('FinishCooking', { orderId }));
  };

  put(0, meal.place({ payLater }), 20);
  if (fate.happens(50)) put(0, meal.cancel(), 20);
  if (fate.happens(15)) put(0, meal.cancel('again'), 0);

  while (waiting.length > 0) {
    if (life.story.length > 3_000) throw new Error(`It never comes to rest:\n${life.story.slice(-30).join('\n')}`);
    const [next] = waiting.splice(fate.pick(waiting.length), 1);
    const { to, message: one, notBefore } = next!;
    elapsed = Math.max(elapsed, notBefore);
    const jump = fate.happens(3) ? [3_600_000, -3_600_000][fate.pick(2)]! : 0;
    const before = states[to].status;
    const step = receive(actors[to]!, states[to], { ...one, at: noon + elapsed + jump });
    states[to] = step.state;
    life.story.push(line(actors[to]!.name, one, jump, before, step.state.status));
    if (to === 0 && before !== step.state.status) life.statuses.push(step.state.status);
    for (const effect of step.effects) {
      if (effect.kind === 'send') post(effect.type, effect.data);
      if (effect.kind === 'later') put(to, message(effect.type, effect.data as never) as Message, 15, effect.afterMs);
    }
    if (step.call) {
      if (step.call.type === 'Notify') life.notices.push(...step.call.request.notices);
      put(to, message(`${step.call.type}Answered`, provider.answer(step.call) as never) as Message, 15);
    }
  }
  provider.comeToRest();
  const [{ status }, { status: paid }, { status: cooked }, { status: rode }] = states;
  return { ...life, status, payment: paid, kitchen: cooked, rider: rode, provider, payLater, cancelUntil };
}

function line(actor: string, { type, data }: Message, jump: number, before?: string, after?: string): string {
  const { outcome } = data as { outcome?: string };
  const change = before === after ? '' : ` (${before} → ${after})`;
  return `${actor} ← ${type}${outcome ? ` ${outcome}` : ''}${jump === 0 ? '' : `, the clock jumps ${jump / 60_000} min`}${change}`;
}
