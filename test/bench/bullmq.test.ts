import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runBullMq } from '../../bench/peers/peers.ts';
import { findOrInstallRedis, noRedis } from '../../scripts/redis.js';

const redis = await findOrInstallRedis();
if (!redis) console.log(`BullMQ was not tried. ${noRedis}`);

for (const appendfsync of ['always', 'everysec'] as const)
  test(`BullMQ delivers every order, by as many deliveries as the platform, on a Redis that writes ${appendfsync}`, async () => {
    if (!redis) return;
    const { perSecond, deliveries } = await runBullMq(redis, 20, appendfsync); // it throws where one is missing
    assert.ok(perSecond > 0);
    assert.is(deliveries, 35);
  });

test.run();
