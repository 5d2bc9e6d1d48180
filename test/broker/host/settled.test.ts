import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Settled } from '../../../src/broker/host/settled.ts';

test('what was dealt with lately is known, and ten thousand messages later it is forgotten', () => {
  const settled = new Settled();
  for (let n = 0; n < 10_000; n++) settled.add(`m${n}`);
  assert.ok(settled.has('m0'));
  settled.add('one more');
  assert.equal([settled.has('m0'), settled.has('m1'), settled.has('one more')], [false, true, true]);
});

test.run();
