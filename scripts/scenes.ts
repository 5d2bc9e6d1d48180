import type { Scene } from './scene.ts';

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
];
