import type { Actor } from '../actors/actor.ts';
import { kitchen } from '../actors/kitchen/kitchen.ts';
import type { Menu } from '../actors/menu.ts';
import { notifier } from '../actors/notifier/notifier.ts';
import { order } from '../actors/order/order.ts';
import type { Pace } from '../actors/pace.ts';
import { payment } from '../actors/payment/payment.ts';
import { rider } from '../actors/rider/rider.ts';
import type { Rules } from '../actors/rules.ts';

export const actorNames = ['order', 'payment', 'kitchen', 'rider', 'notifier'] as const;
export type ActorName = (typeof actorNames)[number];

/** The five actors, in the order in which one meal meets them. */
// biome-ignore lint/suspicious/noExplicitAny: each actor has a state of its own, and nobody here looks inside
export const cast = (menu: Menu, pace: Pace, rules: Rules): Actor<any>[] => [
  order(menu, rules),
  payment(rules),
  kitchen(pace),
  rider(pace),
  notifier,
];
