import { journeySuite } from './journey.ts';

const test = journeySuite('journey, embedded', () => 'sqlite:');

test.run();
