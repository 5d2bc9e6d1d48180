import { join } from 'node:path';
import type { Partners } from '../actors/actor.ts';
import type { Broker } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { newId } from '../client/new-id.ts';
import { reasonOf } from '../errors.ts';
import { type BreakerState, kakaotalk, paymentProvider } from '../partners/breaker.ts';
import { guardedPsp } from '../partners/guarded-psp.ts';
import { consoleChannel, NotificationSender } from '../partners/notification-channel.ts';
import type { PaymentProvider } from '../partners/psp.ts';
import { SentLedger } from '../partners/sent-ledger.ts';
import type { ActorName } from './cast.ts';
import { now } from './open-broker.ts';
import { openKakao } from './open-kakao.ts';
import { say } from './print.ts';
import type { Closer, Problem, SidePlan } from './side-plan.ts';

/** Only the partners that the actors of this side call. `breakers` is kept up to date with their states. */
export function openPartners(
  plan: SidePlan,
  folder: string,
  broker: Broker,
  closers: Closer[],
  onProblem: (problem: Problem) => void,
  provider: PaymentProvider | undefined,
  breakers: Map<string, BreakerState>,
): Partners {
  const absent = () =>
    Promise.reject(new Error('An actor called a partner that its side of the platform does not have.'));
  const partners: Partners = { Charge: absent, Void: absent, Refund: absent, Notify: absent };
  const breakerOf = (partner: string, actor: ActorName) => {
    breakers.set(partner, 'closed');
    return (state: BreakerState, reason: string) => {
      breakers.set(partner, state);
      onProblem({ actor, kind: 'breaker', reason: `${state}. ${reason}` });
      tellJournal(broker, partner, state, reason).catch((error: unknown) =>
        onProblem({ actor, kind: 'publish', reason: reasonOf(error) }),
      );
    };
  };
  if (plan.actors.includes('payment') && provider) {
    const onFault = (orderId: string, reason: string) =>
      onProblem({ actor: 'payment', kind: 'partner', orderId, reason });
    const guarded = guardedPsp(provider, { now, onBreaker: breakerOf(paymentProvider, 'payment'), onFault });
    const { charge: Charge, void: Void, refund: Refund, ...ahead } = guarded;
    Object.assign(partners, { Charge, Void, Refund, ...ahead });
  }
  if (plan.actors.includes('notifier')) {
    const channel = consoleChannel(plan.quiet ? () => {} : say);
    const ledger = new SentLedger(join(folder, 'notifications.sqlite'), now);
    closers.push(() => ledger.close());
    if (plan.kakao) {
      const kakao = openKakao({
        config: plan.kakao,
        contacts: plan.settings.contacts,
        ledger,
        lastChannel: channel,
        lang: plan.settings.lang,
        onBreaker: breakerOf(kakaotalk, 'notifier'),
        onProblem: (reason, orderId) =>
          onProblem({ actor: 'notifier', kind: 'partner', reason, ...(orderId !== undefined && { orderId }) }),
      });
      closers.push(kakao.close);
      partners.Notify = kakao.notify;
    } else partners.Notify = new NotificationSender(ledger, channel, plan.settings.lang).notify;
  }
  return partners;
}

/** Anybody may see later when a partner was left alone, and why. */
function tellJournal(broker: Broker, partner: string, state: BreakerState, reason: string): Promise<void> {
  const envelope: Envelope<'BreakerChanged'> = {
    id: newId(),
    type: 'BreakerChanged',
    key: partner,
    at: now(),
    data: { partner, state, reason: reason.slice(0, 2_000) },
  };
  return broker.publish([{ envelope }]);
}
