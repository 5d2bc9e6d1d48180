import { systemSuite } from './system.ts';

const test = systemSuite('system, RabbitMQ', () => {
  const url = process.env['BAEDAL_TEST_AMQP_URL'];
  if (!url) throw new Error('BAEDAL_TEST_AMQP_URL is not set. Run `npm test`, which provides a RabbitMQ.');
  return url;
});

test.run();
