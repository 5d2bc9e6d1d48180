import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runChain } from '../../bench/peers/peers.ts';

test('the chain of amqplib workers delivers every order, by as many deliveries as the platform', async () => {
  const url = process.env['BAEDAL_TEST_AMQP_URL'];
  if (!url) throw new Error('BAEDAL_TEST_AMQP_URL is not set. Run `npm test`, which provides a RabbitMQ.');
  const { perSecond, deliveries } = await runChain(url, 5); // it throws where one is missing
  assert.ok(perSecond > 0);
  assert.is(deliveries, 35);
});

test.run();
