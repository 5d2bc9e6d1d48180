import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Flight } from '../../../src/broker/rabbitmq/flight.ts';

const megabyte = 1024 * 1024;

/** A flight with calls of these names, and a clock that is set by hand. */
function stage(...names: string[]) {
  const clock = { now: 0 };
  const calls = Object.fromEntries(names.map((name) => [name, { name }])) as Record<string, { name: string }>;
  const flight = new Flight<{ name: string }>(() => clock.now);
  for (const name of names) flight.expect(calls[name]!);
  return {
    flight,
    at: (now: number, act: 'takeOff' | 'land' | 'end', name: string, bytes = 1) => {
      clock.now = now;
      flight[act](calls[name]!, bytes);
    },
  };
}

test('many small parcels fill it by their number', () => {
  const { flight, at } = stage('a');
  for (let n = 0; n < 4_095; n++) at(0, 'takeOff', 'a');
  assert.is(flight.isFull, false);
  at(0, 'takeOff', 'a');
  assert.is(flight.isFull, true);
  at(0, 'land', 'a');
  assert.is(flight.isFull, false);
});

test('a few large ones fill it by their bytes, and one that is larger than all of it still goes', () => {
  const { flight, at } = stage('a');
  for (let n = 0; n < 7; n++) at(0, 'takeOff', 'a', megabyte);
  assert.is(flight.isFull, false);
  at(0, 'takeOff', 'a', 100 * megabyte);
  assert.is(flight.isFull, true);
  at(0, 'land', 'a', 100 * megabyte);
  assert.is(flight.isFull, false);
});

test('with a new channel it is empty, and minds only what is still to take off', () => {
  const { flight, at } = stage('given up', 'waiting');
  at(1, 'takeOff', 'given up', 100 * megabyte);
  at(2, 'end', 'given up');
  flight.clear();
  assert.is(flight.isFull, false);
  at(3, 'end', 'waiting');
  assert.is(flight.stuckSince, undefined);
});

test('the oldest call is stuck since it last got on, whatever those behind it do', () => {
  const { flight, at } = stage('a', 'b');
  assert.is(flight.stuckSince, 0);
  at(1, 'takeOff', 'a');
  at(2, 'takeOff', 'a');
  assert.is(flight.stuckSince, 2);
  at(5, 'land', 'a');
  assert.is(flight.stuckSince, 5);
  at(6, 'takeOff', 'b');
  at(7, 'land', 'b');
  assert.is(flight.stuckSince, 5);
});

test('the next one is stuck since the one before it was done, at the earliest', () => {
  const { flight, at } = stage('a', 'b');
  at(1, 'takeOff', 'a');
  at(2, 'takeOff', 'b');
  at(9, 'land', 'a');
  at(9, 'end', 'a');
  assert.is(flight.stuckSince, 9);
});

test('a call that was given up is minded until all that it sent has landed', () => {
  const { flight, at } = stage('a');
  at(1, 'takeOff', 'a');
  at(2, 'takeOff', 'a');
  at(3, 'end', 'a');
  assert.is(flight.stuckSince, 2);
  at(4, 'land', 'a');
  assert.is(flight.stuckSince, 4);
  at(5, 'land', 'a');
  assert.is(flight.stuckSince, undefined);
});

test.run();
