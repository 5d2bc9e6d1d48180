import type { Scene, Stage } from './scene.ts';

/** Customers, what they order, and how far it has come: by the commands that take it there. */
const meals: [customer: string, store: string, items: string[], steps: string[][]][] = [
  [
    'kim',
    'crispy-chicken',
    ['yangnyeom:2'],
    [
      ['kitchen', 'accept'],
      ['kitchen', 'cooked'],
      ['rider', 'claim', '--rider', 'han'],
      ['rider', 'pickup'],
    ],
  ],
  [
    'lee',
    'gukbap',
    ['sundae'],
    [
      ['kitchen', 'accept'],
      ['kitchen', 'cooked'],
    ],
  ],
  ['park', 'corner-pizza', ['bulgogi', 'pickles:2'], [['kitchen', 'accept']]],
  ['choi', 'red-tteokbokki', ['tteokbokki:2'], [['kitchen', 'accept']]],
  ['jung', 'crispy-chicken', ['huraideu', 'cola'], []],
  ['kang', 'gukbap', ['sundae:3'], []],
];

/** A place where people work by hand, with an order at each step. */
async function lunch(stage: Stage): Promise<undefined> {
  await stage.beside('Up: ', 'up', '--plain', '--manual');
  for (const [customer, store, items, steps] of meals) {
    const orderId = `${customer}-${store.slice(0, 4)}`;
    const what = items.flatMap((item) => ['--item', item]);
    await stage.baedal('order', 'place', '--customer', customer, '--store', store, '--order-id', orderId, ...what);
    for (const [part = '', verb = '', ...flags] of steps) await stage.baedal(part, verb, orderId, ...flags);
  }
  return undefined;
}

/** The pictures in docs/pictures, see `npm run pictures`. */
export const scenes: readonly Scene[] = [
  {
    name: 'menu',
    title: 'A terminal with the stores of the menu, their Korean names, and how they accept orders.',
    args: ['menu'],
    columns: 64,
    lang: 'ko',
    steps: ['end'],
  },
  {
    name: 'dashboard',
    title:
      'The dashboard: six orders in flight, the one that waits longest first, each with its status, age and customer.',
    args: ['dashboard'],
    columns: 104,
    rows: 24,
    lang: 'en',
    before: lunch,
    steps: [{ waitFor: '5/5 actors' }, { waitFor: 'placed' }, { press: ['Down', 'Down'] }, { wait: 500 }],
  },
  {
    name: 'story',
    title: 'The story of one order: every event with its time, the money, and the messages that were sent.',
    args: ['dashboard'],
    columns: 104,
    rows: 26,
    lang: 'en',
    before: lunch,
    steps: [{ waitFor: '5/5 actors' }, { press: ['Enter'] }, { waitFor: 'on the way' }, { wait: 500 }],
  },
  {
    name: 'kitchen',
    title: 'The kitchen board in Korean: orders to accept or to cook, and the keys for it.',
    args: ['dashboard'],
    columns: 104,
    rows: 24,
    lang: 'ko',
    before: lunch,
    steps: [{ waitFor: '5/5' }, { press: ['2'] }, { waitFor: '접수' }, { wait: 500 }],
  },
  {
    name: 'place',
    title: 'An order being made on the dashboard: the items of a store, their quantities, and the sum.',
    args: ['dashboard'],
    columns: 104,
    rows: 24,
    lang: 'en',
    before: lunch,
    steps: [
      { waitFor: '5/5 actors' },
      { press: ['n', 'Enter'] },
      { waitFor: 'QTY' },
      { press: ['+', '+', 'Down', '+'] },
      { waitFor: 'in all' },
    ],
  },
  {
    name: 'system',
    title:
      'The system screen: which actors are up, how much they handle, their queues and latencies, the broker and the breaker.',
    args: ['dashboard'],
    columns: 104,
    rows: 26,
    lang: 'en',
    before: lunch,
    steps: [{ waitFor: '5/5 actors' }, { press: ['5'] }, { waitFor: 'up to date' }, { wait: 3_000 }],
  },
  {
    name: 'simulation',
    title:
      'A simulation while it runs: how far it is, orders placed and turned away a second, latencies, orders in flight by status, faults.',
    args: ['simulate', 'payment-overload', '--length', '0.6'],
    columns: 104,
    rows: 32,
    lang: 'en',
    steps: [{ waitFor: 'crowd  2 of 4' }, { waitFor: 'hanging  3 of 4' }, { wait: 4_000 }],
  },
];
