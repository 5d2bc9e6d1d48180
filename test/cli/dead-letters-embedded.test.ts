import { deadLetterSuite } from './dead-letters.ts';

const test = deadLetterSuite('dead letters, embedded', () => 'sqlite:');

test.run();
