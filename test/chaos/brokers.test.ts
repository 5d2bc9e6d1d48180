import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Brokers } from '../../chaos/brokers.ts';

test('where no private node can be started, the drills that need none use the RabbitMQ that there is', async () => {
  const brokers = new Brokers(async () => {
    throw new Error('There is no rabbitmq-server here.');
  });
  const given = process.env['BAEDAL_TEST_AMQP_URL'];
  process.env['BAEDAL_TEST_AMQP_URL'] = 'amqp://somewhere';
  try {
    const failure = await brokers.node().catch((error: Error) => error.message);
    assert.is(failure, 'There is no rabbitmq-server here.');
    assert.is(await brokers.url('rabbitmq'), 'amqp://somewhere');
  } finally {
    if (given === undefined) delete process.env['BAEDAL_TEST_AMQP_URL'];
    else process.env['BAEDAL_TEST_AMQP_URL'] = given;
    await brokers.stop();
  }
});

test.run();
