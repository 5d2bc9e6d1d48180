import { systemSuite } from './system.ts';

const test = systemSuite('system, embedded', () => 'sqlite:');

test.run();
