import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Flight } from '../../../src/broker/rabbitmq/flight.ts';

const megabyte = 1024 * 1024;

test('many small parcels fill it by their number', () => {
  const flight = new Flight();
  for (let n = 0; n < 4_095; n++) flight.takeOff(1);
  assert.is(flight.isFull, false);
  flight.takeOff(1);
  assert.is(flight.isFull, true);
  flight.land(1);
  assert.is(flight.isFull, false);
});

test('a few large ones fill it by their bytes, and one that is larger than all of it still goes', () => {
  const flight = new Flight();
  for (let n = 0; n < 7; n++) flight.takeOff(megabyte);
  assert.is(flight.isFull, false);
  flight.takeOff(100 * megabyte);
  assert.is(flight.isFull, true);
  flight.land(100 * megabyte);
  assert.is(flight.isFull, false);
});

test('with a new channel it is empty', () => {
  const flight = new Flight();
  flight.takeOff(100 * megabyte);
  flight.clear();
  assert.is(flight.isFull, false);
});

test.run();
