import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SimBroker } from '../../simulator/sim-broker.ts';
import { SimLink } from '../../simulator/sim-link.ts';
import { SimProcess } from '../../simulator/sim-process.ts';
import { World } from '../../simulator/world.ts';
import type { Delivery } from '../../src/broker/broker.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { OutcomeUnknown } from '../../src/broker/errors.ts';
import { topologyOf } from '../../src/broker/topology.ts';

/** What the contract of the brokers says of them holds here too, where no fault is in the weather: one queue, and links to it. */
function stage() {
  const world = new World(1);
  world.fate.calm = true;
  const broker = new SimBroker(
    world,
    topologyOf([{ name: 'one', on: { AcceptOrder: true, PaymentUnknown: true } }], 'test'),
  );
  const queue = broker.topology.queues[0]!.name;
  const link = (name: string) => new SimLink(broker, new SimProcess(world, name));
  /** Takes what comes over a link, and acks it unless told otherwise. */
  const take = (link: SimLink, { prefetch = 100, ack = true } = {}) => {
    const taken: Delivery[] = [];
    world.timeline.after(
      0,
      () =>
        void link.consume(queue, {
          prefetch,
          onDeliveries: (deliveries) => {
            taken.push(...deliveries);
            if (ack) for (const delivery of deliveries) delivery.ack();
          },
        }),
      link.process,
    );
    return { taken, ids: () => taken.map(({ envelope }) => envelope.id) };
  };
  return { world, broker, queue, link, take };
}

const message = (id: string, type: 'AcceptOrder' | 'PaymentUnknown' = 'AcceptOrder'): Envelope =>
  ({ id, type, key: 'o1', at: 0, data: { orderId: 'o1' } }) as Envelope;
const outgoing = (...ids: string[]) => ids.map((id) => ({ envelope: message(id) }));

test('messages come in their order, no more than the prefetch at a time, and nothing is left', async () => {
  const { world, broker, queue, link, take } = stage();
  const held = take(link('slow'), { prefetch: 2, ack: false });
  void link('sender').publish(outgoing('1', '2', '3'));
  void link('sender').publish(outgoing('4'));
  await world.run();
  assert.equal(held.ids(), ['1', '2']);
  held.taken[0]!.ack();
  held.taken[0]!.ack();
  await world.run();
  assert.equal(held.ids(), ['1', '2', '3'], 'acking twice is acking once');
  for (const { ack } of held.taken) ack();
  await world.run();
  held.taken.at(-1)!.ack();
  await world.run();
  assert.equal(held.ids(), ['1', '2', '3', '4']);
  assert.is(broker.queues.get(queue)!.depth, 0);
});

test('an event is in the journal, a command is not, and neither is what goes straight to a queue', async () => {
  const { world, broker, queue, link } = stage();
  const sender = link('sender');
  void sender.publish([{ envelope: message('event', 'PaymentUnknown') }, { envelope: message('command') }]);
  void sender.publish([{ envelope: message('straight', 'PaymentUnknown'), queue }]);
  await world.run();
  assert.equal(
    broker.journal.map(({ id }) => id),
    ['event'],
  );
});

test('a timer is never early', async () => {
  const { world, queue, link, take } = stage();
  const one = take(link('taker'));
  const startedAt = world.timeline.now;
  void link('sender').publish([{ envelope: message('later'), queue, delayMs: 60_000 }]);
  await world.run();
  assert.equal(one.ids(), ['later']);
  assert.ok(world.timeline.now >= startedAt + 60_000);
});

test('one takes and another stands by; with a lost link what is in hand comes again, and acks of before are void', async () => {
  const { world, broker, queue, link, take } = stage();
  const [active, standby] = [link('active'), link('standby')];
  const first = take(active, { ack: false });
  await world.run();
  const second = take(standby, { ack: false });
  void link('sender').publish(outgoing('1', '2'));
  await world.run();
  assert.equal([first.ids(), second.ids()], [['1', '2'], []]);

  active.lose();
  for (const { ack } of first.taken) ack();
  await world.run();
  assert.equal(second.ids(), ['1', '2']);
  assert.is(broker.queues.get(queue)!.depth, 1, 'what was published together, unacked');
  for (const { ack } of second.taken) ack();
  await world.run();
  assert.is(broker.queues.get(queue)!.depth, 0);
});

test('nobody knows what became of a publish whose link was lost', async () => {
  const { world, link } = stage();
  const sender = link('sender');
  let outcome: unknown;
  sender.publish(outgoing('1')).catch((error: unknown) => {
    outcome = error;
  });
  sender.lose();
  await world.run();
  assert.instance(outcome, OutcomeUnknown);
});

test('a dead process has no effect any more, and nothing that it waits for comes', async () => {
  const { world, broker } = stage();
  const process = new SimProcess(world, 'mortal', { died: () => {}, lostTouch: () => {} });
  const link = new SimLink(broker, process);
  let heard = 0;
  const count = () => {
    heard++;
  };
  process.ask('something', () => ({ value: 1 })).then(count, count);
  process.die();
  link.publish(outgoing('1')).then(count, count);
  process.do('something', count).then(count, count);
  await world.run();
  assert.is(heard, 0);
  assert.equal(
    [...broker.queues.values()].map(({ depth }) => depth),
    [0],
  );
});

test.run();
