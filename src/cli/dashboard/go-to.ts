import { emptyCart } from './cart.ts';
import type { Words } from './english.ts';
import type { Reaction } from './screen.ts';
import { mainScreens } from './screen-name.ts';

/** Where `:` leads: a screen by the beginning of its name, `order ID`, `customer ID`, or nowhere, which is said. */
export function goTo(text: string, words: Words, readOnly: boolean): Reaction {
  const [name = '', id] = text.trim().split(/\s+/);
  if (name === '') return { kind: 'several', reactions: [] };
  if (name === 'order' && id !== undefined) return { kind: 'open', view: { screen: 'order', orderId: id } };
  if (name === 'customer' && id !== undefined)
    return { kind: 'open', view: { screen: 'orders', customerId: id, sort: 'newest' } };
  if (name === 'new' && readOnly) return { kind: 'tell', notice: { text: words.told.readOnly, tone: 'bad' } };
  if (name === 'new') return { kind: 'open', view: { screen: 'place', cart: emptyCart } };
  const screen = mainScreens.find((screen) => screen.startsWith(name.toLowerCase()) || words.screens[screen] === name);
  return screen
    ? { kind: 'open', view: { screen } }
    : { kind: 'tell', notice: { text: words.ask.unknownPlace(text.trim()), tone: 'bad' } };
}
