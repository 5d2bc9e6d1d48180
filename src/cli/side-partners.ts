import { join } from 'node:path';
import type { Partners } from '../actors/actor.ts';
import type { Broker } from '../broker/broker.ts';
import type { Envelope } from '../broker/envelope.ts';
import { newId } from '../client/new-id.ts';
import { reasonOf } from '../errors.ts';
import type { BreakerState } from '../partners/breaker.ts';
import { guardedPsp } from '../partners/guarded-psp.ts';
import { consoleChannel, NotificationSender } from '../partners/notification-channel.ts';
import type { PaymentProvider } from '../partners/psp.ts';
import { now } from './open-broker.ts';
import { say } from './print.ts';
import type { Closer, Problem, SidePlan } from './side-plan.ts';

/** The partner whose breaker this is. */
const paymentProvider = 'payment-provider';

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
  if (plan.actors.includes('payment') && provider) {
    breakers.set(paymentProvider, 'closed');
    const onBreaker = (state: BreakerState, reason: string) => {
      breakers.set(paymentProvider, state);
      onProblem({ actor: 'payment', kind: 'breaker', reason: `${state}. ${reason}` });
      tellJournal(broker, state, reason).catch((error: unknown) =>
        onProblem({ actor: 'payment', kind: 'publish', reason: reasonOf(error) }),
      );
    };
    const onFault = (orderId: string, reason: string) =>
      onProblem({ actor: 'payment', kind: 'partner', orderId, reason });
    const guarded = guardedPsp(provider, { now, onBreaker, onFault });
    Object.assign(partners, { Charge: guarded.charge, Void: guarded.void, Refund: guarded.refund });
  }
  if (plan.actors.includes('notifier')) {
    const channel = consoleChannel(plan.quiet ? () => {} : say);
    const sender = new NotificationSender(join(folder, 'notifications.sqlite'), channel, now);
    closers.push(() => sender.close());
    partners.Notify = sender.notify;
  }
  return partners;
}

/** Anybody may see later when nobody could pay, and why. */
function tellJournal(broker: Broker, state: BreakerState, reason: string): Promise<void> {
  const envelope: Envelope<'BreakerChanged'> = {
    id: newId(),
    type: 'BreakerChanged',
    key: paymentProvider,
    at: now(),
    data: { partner: paymentProvider, state, reason: reason.slice(0, 2_000) },
  };
  return broker.publish([{ envelope }]);
}
