import type { BreakerState } from '../src/partners/breaker.ts';
import { type GuardedPsp, guardedPsp } from '../src/partners/guarded-psp.ts';
import type { PaymentProvider } from '../src/partners/psp.ts';
import type { SimProcess } from './sim-process.ts';
import type { UsedBroker } from './used-broker.ts';

/** The real guard between a process and the simulated provider: its breaker, its deadlines and its limits, on simulated time. */
export function guardFor(process: SimProcess, parts: { provider: PaymentProvider; broker: UsedBroker }): GuardedPsp {
  const { world } = process;
  const now = () => world.timeline.now + process.skewMs;
  const onBreaker = (state: BreakerState, reason: string) => {
    if (process.dead) return;
    world.count(`breaker ${state}`);
    const data = { partner: 'payment-provider', state, reason: reason.slice(0, 2_000) };
    const envelope = { id: world.newId(), type: 'BreakerChanged', key: 'payment-provider', at: now(), data } as const;
    parts.broker.publish([{ envelope }]).catch(() => {}); // as the platform does: it is said once, and may be lost
  };
  const elapsed = () => world.timeline.now;
  return guardedPsp(parts.provider, { now, elapsed, random: () => world.fate.random('guard'), onBreaker });
}
