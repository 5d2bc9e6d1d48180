import type { OrderStatus } from '../../src/actors/messages.ts';
import type { AnyEnvelope } from '../../src/broker/envelope.ts';
import type { JournalEvent, OrderRow } from '../../src/readmodel/order-fold.ts';
import type { People } from '../people.ts';
import type { Platform } from '../platform.ts';
import type { SimFile } from '../sim-store.ts';
import type { World } from '../world.ts';

/** How the journal becomes rows, an order each. */
export type Fold = (events: readonly JournalEvent[]) => Map<string, OrderRow>;

/** Everything that is known of a world that has come to rest. */
export type Evidence = { world: World; platform: Platform; people: People; fold: Fold };

/** Something that should not be. `rule`: which invariant is broken; stable, for programs. */
export type Broken = { rule: string; sentence: string };

/** What must hold of a world at rest. */
export type Invariant = (evidence: Evidence) => Broken[];

/** What one actor knows of one order; undefined where it has never heard of it. */
export function stateOf({ platform }: Evidence, actor: string, orderId: string): Record<string, unknown> | undefined {
  for (const file of filesOf(platform, actor)) {
    const state = file.state(orderId);
    if (state) return state;
  }
  return undefined;
}

export const statusOf = (evidence: Evidence, orderId: string): OrderStatus | 'none' =>
  (stateOf(evidence, 'order', orderId)?.['status'] as OrderStatus | undefined) ?? 'none';

export const filesOf = (platform: Platform, actor: string): SimFile[] =>
  [...platform.files.values()].filter((file) => file.actor === actor);

/** Each event about an order once, by its id, in the order in which it was first published. */
export function eventsOf({ platform }: Evidence, orderId?: string): AnyEnvelope[] {
  const once = new Map<string, AnyEnvelope>();
  for (const event of platform.broker.journal)
    if (event.type !== 'BreakerChanged' && (orderId === undefined || event.key === orderId) && !once.has(event.id))
      once.set(event.id, event);
  return [...once.values()];
}
