import { testUrl } from '../broker/rabbitmq/place.ts';
import { deadLetterSuite } from './dead-letters.ts';

const test = deadLetterSuite('dead letters, RabbitMQ', testUrl);

test.run();
