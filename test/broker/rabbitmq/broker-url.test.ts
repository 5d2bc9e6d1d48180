import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BrokerUrlInvalid } from '../../../src/broker/errors.ts';
import { connectUrls, redactUrl, virtualHostOf } from '../../../src/broker/rabbitmq/broker-url.ts';
import { openRabbitMq } from '../../../src/broker/rabbitmq/rabbitmq-broker.ts';
import { contractTopology } from '../contract/stage.ts';

test('a URL is shown without its password', () => {
  assert.is(redactUrl('amqp://cook:s3cret@host:5673/kitchen'), 'amqp://cook:***@host:5673/kitchen');
  assert.is(redactUrl('amqp://host'), 'amqp://host');
});

test('a URL is shown without what can hide in its options', () => {
  assert.is(redactUrl('amqps://cook@host/?password=s3cret#s3cret'), 'amqps://cook@host/');
});

test('what is no URL is shown without what stands before an @', () => {
  for (const text of [
    'cook:s3cret@host',
    'amqp://cook:s3 cret@ho st',
    'amqp://cook:s3cret@:x',
    '//s3cret@',
    'amqp://a:p@s3cret@h:x',
    'amqp://cook:12/s3cret@host',
    'amqp://cook:s3cret@one,amqp://cook:s3cret@two',
  ])
    assert.not.match(redactUrl(text), 's3');
});

test('the virtual host is the one that is connected to, also where it is not shown or has several hosts before it', () => {
  const hostOf = (address: string) => virtualHostOf(connectUrls(address)[0]);
  assert.is(hostOf('amqp://host'), '/');
  assert.is(hostOf('amqp://host/'), '/');
  assert.is(hostOf('amqp://cook:s3cret@one:1,two:2/the%20kitchen'), 'the kitchen');
  assert.is(hostOf('amqp://cook:s3cret@host/team@shop'), 'team@shop');
});

test('a URL with a % that begins no code is none', () => {
  for (const url of ['amqp://host/%zz', 'amqp://cook:50%@host', 'amqp://%@host'])
    assert.throws(
      () => connectUrls(url),
      (error: unknown) => error instanceof BrokerUrlInvalid && /%25/.test(error.message),
    );
  assert.match(connectUrls('amqp://host/%2Fkitchen')[0], '/%2Fkitchen');
});

test('a URL gets a heartbeat, unless it says which', () => {
  assert.match(connectUrls('amqp://host/v')[0], 'heartbeat=10');
  assert.match(connectUrls('amqp://host/v?heartbeat=3')[0], /heartbeat=3$/);
});

test('a heartbeat that would turn it off is refused', () => {
  for (const heartbeat of ['abc', '0', '-1', '1.5', '', '65536', '3&heartbeat=0'])
    assert.throws(
      () => connectUrls(`amqp://host/v?heartbeat=${heartbeat}`),
      (error: unknown) => error instanceof BrokerUrlInvalid && /heartbeat is no whole number/.test(error.message),
    );
  assert.match(connectUrls('amqp://host/v?heartbeat=65535')[0], /heartbeat=65535$/);
});

test('an @ in a password is written as a code, and one in the path means itself', () => {
  assert.throws(() => connectUrls('amqp://cook:s3@cret@host'), /%40/);
  assert.equal(connectUrls('amqp://cook:s3%40cret@host/@?heartbeat=3'), ['amqp://cook:s3%40cret@host/@?heartbeat=3']);
});

test('an address with several hosts is a URL for each, with the same user, virtual host and options', () => {
  assert.equal(connectUrls('amqp://cook:s3,cret@one,two:5673,[::1]:5674/kitchen?heartbeat=3'), [
    'amqp://cook:s3,cret@one/kitchen?heartbeat=3',
    'amqp://cook:s3,cret@two:5673/kitchen?heartbeat=3',
    'amqp://cook:s3,cret@[::1]:5674/kitchen?heartbeat=3',
  ]);
});

test('an address with several hosts is shown with all of them, and without its password', () => {
  assert.is(redactUrl('amqp://cook:s3cret@one,two:5673/kitchen?x=s3cret'), 'amqp://cook:***@one,two:5673/kitchen');
  assert.is(redactUrl('amqps://one,two'), 'amqps://one,two');
});

test('an address with several hosts one of which is wrong is refused', () => {
  for (const [url, why] of [
    ['amqp://one,,two', 'no host before or after'],
    ['amqp://cook:s3cret@,one', 'no host before or after'],
    ['amqp://one,two:port', 'cannot be read'],
    ['amqp://one, two', 'cannot be read'],
    ['amqp://cook:s3cret@one,amqp://cook:s3cret@two', 'share one amqp://'],
    ['amqp://cook:s3cret@one,rider:s3cret@two/kitchen', 'more than one @'],
    ['amqp://cook@one,s3cret@two', 'more than one @'],
  ] as const) {
    let failure: unknown;
    try {
      connectUrls(url);
    } catch (thrown) {
      failure = thrown;
    }
    assert.instance(failure, BrokerUrlInvalid, url);
    assert.match((failure as Error).message, why);
    assert.not.match((failure as Error).message, 's3cret');
  }
});

test('a wrong URL is refused with a sentence that says what is wrong, and without its password', async () => {
  const wrong = [
    '',
    'localhost',
    'http://cook:s3cret@host',
    'amqp://',
    'amqp://cook:s3cret@host:port',
    'amqp:cook:s3cret@host',
  ];
  for (const url of wrong) {
    const outcome = await openRabbitMq({ url, topology: contractTopology('t'), now: Date.now }).catch((error) => error);
    assert.instance(outcome, BrokerUrlInvalid, url);
    assert.match(outcome.message, 'amqp://user:password@host:5672/vhost');
    assert.not.match(outcome.message, 's3cret');
  }
});

test.run();
