import type { Screen } from '../screen.ts';
import type { ScreenName } from '../screen-name.ts';
import { kitchen, riders } from './board.tsx';
import { letter } from './letter.tsx';
import { letters } from './letters.tsx';
import { messages } from './messages.tsx';
import { order } from './order.tsx';
import { orders } from './orders.tsx';
import { place } from './place.tsx';
import { system } from './system.tsx';

/** Every screen by its name. */
// biome-ignore lint/suspicious/noExplicitAny: each screen has a content of its own, and nobody here looks inside
export const screens: Record<ScreenName, Screen<any>> = {
  orders,
  order,
  place,
  kitchen,
  riders,
  messages,
  system,
  letters,
  letter,
};
