import { moneySuite } from './money.ts';

moneySuite('money, on the embedded broker', () => 'sqlite:').run();
