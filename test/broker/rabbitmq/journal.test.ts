import type { ConsumeMessage } from 'amqplib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Generation } from '../../../src/broker/rabbitmq/generation.ts';
import { JournalReader } from '../../../src/broker/rabbitmq/journal.ts';
import { eventually } from '../../harness/eventually.ts';

/** A channel as a node gives it whose replica of the journal has gone: what it gives depends on us alone. */
function silentChannel() {
  const channel = {
    from: undefined as number | undefined,
    closed: false,
    /** What the broker was told: up to which delivery all are taken. */
    acked: [] as number[],
    give: (_offset: number): void => {},
    on: () => channel,
    prefetch: async () => {},
    ack: ({ fields }: ConsumeMessage, allUpTo: boolean) => {
      assert.ok(allUpTo);
      channel.acked.push(fields.deliveryTag);
    },
    close: async () => {
      channel.closed = true;
    },
    cancel: async () => {},
    consume: async (
      _queue: string,
      take: (message: ConsumeMessage) => void,
      { arguments: { 'x-stream-offset': from } }: { arguments: { 'x-stream-offset': number } },
    ) => {
      channel.from = from;
      channel.give = (offset) => {
        const envelope = { id: `e${offset}`, type: 'JournalMarked', key: 'journal', at: 1, data: {} };
        const message = {
          content: Buffer.from(JSON.stringify(envelope)),
          fields: { deliveryTag: offset + 1 },
          properties: { headers: { 'x-stream-offset': offset } },
        };
        take(message as unknown as ConsumeMessage);
      };
      return { consumerTag: 'tag' };
    },
  };
  return channel;
}

/** A link whose channels are noted. */
function silentLink() {
  const channels: ReturnType<typeof silentChannel>[] = [];
  const connection = {
    on: () => {},
    createChannel: async () => {
      channels.push(silentChannel());
      return channels.at(-1);
    },
  } as never;
  return { channels, generation: new Generation({ publishing: connection, consuming: connection }) };
}

test('what was taken of the journal is acked in time for the broker to go on, and many together', async () => {
  const { channels, generation } = silentLink();
  const taken: number[] = [];
  const reader = new JournalReader('journal', 0, (entries) => void taken.push(...entries.map(({ offset }) => offset)));
  await reader.attach(generation);
  const [channel] = channels;
  const offsets = Array.from({ length: 1_100 }, (_, n) => n);
  for (const offset of offsets) {
    await eventually(() => offset - (channel!.acked.at(-1) ?? 0) < 500); // so many it gives without an ack
    channel!.give(offset);
    if (offset % 10 === 0) await new Promise(setImmediate);
  }
  await eventually(() => taken.length === offsets.length);
  assert.equal(taken, offsets);
  assert.ok(channel!.acked.length <= 1_100 / 125);
  await reader.stop({ detach: () => {} } as never);
});

test('a subscription to the journal that gives nothing is followed by another, from where it has got to', async () => {
  const { channels, generation } = silentLink();
  const taken: number[] = [];
  const reader = new JournalReader(
    'journal',
    3,
    (entries) => void taken.push(...entries.map(({ offset }) => offset)),
    50,
  );
  await reader.attach(generation);
  const [first] = channels;
  assert.is(first!.from, 3);
  first!.give(3);
  first!.give(4);
  await eventually(() => taken.length === 2);
  await eventually(() => channels.some(({ from }) => from === 5));
  assert.ok(first!.closed);
  first!.give(5); // too late: it comes by the other one
  channels.at(-1)!.give(5);
  channels.at(-1)!.give(6);
  await eventually(() => taken.length >= 4);
  assert.equal(taken, [3, 4, 5, 6]);
  assert.ok(generation.alive);
  await reader.stop({ detach: () => {} } as never);
});

test.run();
