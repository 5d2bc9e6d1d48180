/**
 * npm run bench [-- journeys|read|profile --orders 3000 --rounds 3 --stored 100000 --seconds 30 --minutes 3]: whole journeys a second on both
 * brokers, and then how quick the read side is; or only one of the two, or where the processor time of journeys goes. Figures stand beside
 * their targets, and none is asserted.
 */
import { parseArgs } from 'node:util';
import { benchJourneys } from './journeys.ts';
import { benchProfile } from './profile.ts';
import { benchRead } from './read.ts';

const number = (text: string) => ({ type: 'string', default: text }) as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    orders: number('3000'),
    rounds: number('3'),
    stored: number('100000'),
    seconds: number('30'),
    minutes: number('3'),
  },
});
const rounds = Number(values.rounds);
const parts = positionals.length > 0 ? positionals : ['journeys', 'read'];
if (parts.includes('journeys')) await benchJourneys(Number(values.orders), rounds);
if (parts.includes('profile')) await benchProfile(Number(values.orders), rounds);
if (parts.includes('read')) {
  const [stored, seconds, minutes] = [Number(values.stored), Number(values.seconds), Number(values.minutes)];
  await benchRead({ stored, seconds, minutes, rounds });
}
