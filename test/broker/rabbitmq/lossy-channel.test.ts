import { EventEmitter } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { broadcast } from '../../../src/broker/rabbitmq/broadcasts.ts';
import type { Generation } from '../../../src/broker/rabbitmq/generation.ts';
import { LossyChannel } from '../../../src/broker/rabbitmq/lossy-channel.ts';
import { contractTopology } from '../contract/stage.ts';

const topology = contractTopology('lossy');

/** A generation, as a lossy channel sees it, that does what it is told to. */
function generation() {
  const channel = new EventEmitter();
  const listeners = { loss: () => {}, blocked: (_reason: string | undefined) => {} };
  const told: string[] = [];
  let answer: boolean | Error = true;
  Object.assign(channel, {
    publish: (_exchange: string, _key: string, content: Buffer) => {
      if (answer instanceof Error) throw answer;
      told.push(content.toString());
      return answer;
    },
  });
  return {
    told,
    drain: () => channel.emit('drain'),
    lose: () => listeners.loss(),
    block: (reason: string | undefined) => listeners.blocked(reason),
    publishGives: (what: boolean | Error) => {
      answer = what;
    },
    generation: {
      openPublishChannel: async () => channel,
      onLoss: (listener: () => void) => {
        listeners.loss = listener;
      },
      onBlocked: (listener: (reason: string | undefined) => void) => {
        listeners.blocked = listener;
      },
    } as unknown as Generation,
  };
}

const sent = (...numbers: number[]) => numbers.map((n) => JSON.stringify({ n }));

test('before there is a link, and after it is lost, what is told is dropped', async () => {
  const channel = new LossyChannel();
  broadcast(channel, topology, { n: 1 });
  const first = generation();
  await channel.attach(first.generation);
  broadcast(channel, topology, { n: 2 });
  first.lose();
  broadcast(channel, topology, { n: 3 });
  const second = generation();
  await channel.attach(second.generation);
  first.lose(); // once more, too late to matter
  broadcast(channel, topology, { n: 4 });
  assert.equal([first.told, second.told], [sent(2), sent(4)]);
});

test('while the socket is full what is told is dropped, until it has drained', async () => {
  const channel = new LossyChannel();
  const { told, drain, publishGives, generation: only } = generation();
  await channel.attach(only);
  publishGives(false);
  broadcast(channel, topology, { n: 1 }); // taken, but no more
  broadcast(channel, topology, { n: 2 });
  publishGives(true);
  drain();
  broadcast(channel, topology, { n: 3 });
  assert.equal(told, sent(1, 3));
});

test('while the broker blocks us a broadcast is dropped, and an answer waits in the socket', async () => {
  const channel = new LossyChannel();
  const { told, block, generation: only } = generation();
  await channel.attach(only);
  block('low on memory');
  broadcast(channel, topology, { n: 1 });
  channel.send('replies', 'address', Buffer.from('answer'));
  block(undefined);
  broadcast(channel, topology, { n: 2 });
  assert.equal(told, ['answer', ...sent(2)]);
});

test('a channel that is closing throws at nobody', async () => {
  const channel = new LossyChannel();
  const { told, publishGives, generation: only } = generation();
  await channel.attach(only);
  publishGives(new Error('Channel closing'));
  broadcast(channel, topology, { n: 1 });
  assert.equal(told, []);
});

test.run();
