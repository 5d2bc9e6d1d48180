import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OrderStory } from '../../src/readmodel/find-order.ts';
import { type Stage, stage } from './platform-under-test.ts';

const steps = [
  'OrderReceived',
  'PaymentApproved',
  'OrderPlaced',
  'OrderAccepted',
  'OrderCooked',
  'RiderAssigned',
  'DeliveryDeparted',
  'DeliveryCompleted',
];

/** The journey of an order through real processes, on the broker of this address. */
export function journeySuite(name: string, broker: () => string) {
  const test = suite(name);
  const on = (title: string, body: (at: Stage) => Promise<void>, options: { autoAccept?: boolean } = {}) =>
    test(title, async () => {
      const at = stage(broker(), options);
      try {
        await body(at);
      } finally {
        await at.cleanUp();
      }
    });

  on('an order from the user’s own catalogue travels from the menu to the door', async (at) => {
    const up = await at.up();
    const menu = await at.json('menu');
    assert.equal(
      menu.data.map((store: { storeId: string }) => store.storeId),
      ['noodle-bar'],
    );

    const placed = await at.json(
      'order',
      'place',
      '--customer',
      'kim',
      '--store',
      'noodle-bar',
      '--item',
      'udon:2',
      '--item',
      'soba',
      '--wait',
      'delivered',
    );
    assert.is(placed.code, 0, placed.stderr);
    assert.is(placed.data.status, 'delivered');
    assert.is(placed.data.totalWon, 24_200);
    assert.is(placed.data.paidWon, 24_200);
    assert.equal(eventsOf(placed.data), steps);

    const { orderId } = placed.data;
    assert.equal((await at.json('order', 'status', orderId)).data.status, 'delivered');
    assert.equal(
      (await at.json('order', 'list', '--customer', 'kim', '--status', 'delivered')).data.map(
        (order: OrderStory) => order.orderId,
      ),
      [orderId],
    );
    const sent = (await at.json('notifications', '--order', orderId)).data as { recipient: string; about: string }[];
    assert.equal(
      sent.filter(({ recipient }) => recipient === 'kim').map(({ about }) => about),
      ['placed', 'accepted', 'cooked', 'assigned', 'on-the-way', 'delivered'],
    );
    assert.equal(
      sent.filter(({ recipient }) => recipient === 'owner:noodle-bar').map(({ about }) => about),
      ['placed'],
    );
    const { code } = await up.kill('SIGTERM');
    assert.is(code, 0);
  });

  on(
    'owners and riders do every step by hand',
    async (at) => {
      const up = await at.up('--manual');
      const { data } = await at.json('order', 'place', '--customer', 'lee', '--store', 'noodle-bar', '--item', 'soba');
      const { orderId } = data;
      const done = async (status: string, ...args: string[]) => {
        const result = await at.json(...args);
        assert.is(result.code, 0, result.stderr);
        assert.equal(result.data, { orderId, status });
      };
      assert.is((await at.json('kitchen', 'list')).data[0].orderId, orderId);
      assert.is((await at.json('kitchen', 'cooked', orderId)).code, 4);
      await done('accepted', 'kitchen', 'accept', orderId);
      await done('cooked', 'kitchen', 'cooked', orderId);
      assert.is((await at.json('rider', 'list')).data[0].orderId, orderId);
      await done('assigned', 'rider', 'claim', orderId, '--rider', 'choi');
      assert.is((await at.json('rider', 'claim', orderId, '--rider', 'park')).code, 4);
      await done('on-the-way', 'rider', 'pickup', orderId);
      const late = await at.json('order', 'cancel', orderId);
      assert.is(late.code, 4);
      assert.is(late.data.error.code, 'too-late');
      await done('delivered', 'rider', 'deliver', orderId);
      assert.is((await at.json('order', 'status', orderId)).data.status, 'delivered');
      await up.kill();
    },
    { autoAccept: false },
  );

  on('a cancelled order is not delivered, and its money goes back', async (at) => {
    const up = await at.up('--manual');
    const { data } = await at.json('order', 'place', '--customer', 'lee', '--store', 'noodle-bar', '--item', 'soba:2');
    const { orderId } = data;
    const cancelled = await at.json('order', 'cancel', orderId);
    assert.equal(cancelled.data, { orderId, status: 'cancelled' });
    assert.is((await at.json('order', 'cancel', orderId)).code, 0, 'cancelling twice is one cancellation');
    assert.equal(at.charges().get(orderId), { orderId, amountWon: 17_600, refundedWon: 17_600 });
    assert.is((await at.json('kitchen', 'accept', orderId)).code, 4);
    const story = (await at.json('order', 'status', orderId)).data;
    assert.is(story.status, 'cancelled');
    assert.is(story.refundedWon, 17_600);
    await up.kill();
  });

  on('an order that the store refuses gives the money back', async (at) => {
    const up = await at.up('--manual');
    const { orderId } = (
      await at.json('order', 'place', '--customer', 'lee', '--store', 'noodle-bar', '--item', 'soba')
    ).data;
    assert.is((await at.json('kitchen', 'refuse', orderId, '--reason', 'no more soba')).code, 0);
    const { code, data } = await at.json(
      'order',
      'place',
      '--order-id',
      orderId,
      '--customer',
      'lee',
      '--store',
      'noodle-bar',
      '--item',
      'soba',
    );
    assert.is(code, 4);
    assert.match(data.error.message, /no more soba/);
    await up.kill();
  });

  on(
    'killed with -9 in the middle of 200 orders, every order answered placed is delivered, each step and each charge once',
    async (at) => {
      let up = await at.up('--quiet');
      // One every 10 ms for two seconds: whenever the process dies, some are placed, some under way and some still to come.
      const { answers, close } = await at.placeMany(200, 10);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await up.kill('SIGKILL');
      up = await at.up('--quiet');
      const placed = (await answers).filter(({ answer }) => answer?.outcome === 'done').map(({ orderId }) => orderId);
      assert.is(placed.length, 200, 'they were all waited for long enough');
      const stories = await at.stories(placed);
      for (const story of stories) {
        assert.equal(eventsOf(story).toSorted(), steps.toSorted(), story.orderId);
        const about = story.notifications.map(({ recipient, about }) => `${recipient} ${about}`);
        assert.is(new Set(about).size, about.length, `${story.orderId} was told twice: ${about}`);
      }
      const charges = at.charges();
      assert.is(charges.size, 200);
      for (const { amountWon, refundedWon } of charges.values()) assert.equal([amountWon, refundedWon], [15_400, 0]);
      await close();
      await up.kill();
    },
  );

  on('a second process stands by and says so, and takes over when the first one is killed', async (at) => {
    const first = await at.up('--quiet');
    const second = await at.up('--quiet');
    await second.waitForLine('standing by for order, payment, kitchen, rider, notifier, which another process runs');
    await first.kill('SIGKILL');
    await second.waitForLine('order: taken over');
    const placed = await at.json(
      'order',
      'place',
      '--customer',
      'kim',
      '--store',
      'noodle-bar',
      '--item',
      'udon',
      '--wait',
      'delivered',
    );
    assert.is(placed.data.status, 'delivered', placed.stderr);
    await second.kill();
  });

  on('orders are taken while the kitchen is down, and delivered once it is back', async (at) => {
    const up = await at.up('--quiet', '--actors', 'order,payment,rider,notifier');
    const { ids, answers, close } = await at.placeMany(100);
    const placed = (await answers).filter(({ answer }) => answer?.outcome === 'done');
    assert.is(placed.length, 100);
    const kitchen = await at.up('--quiet', '--actors', 'kitchen');
    await at.stories(ids);
    await close();
    await kitchen.kill();
    await up.kill();
  });

  return test;
}

const eventsOf = ({ timeline }: OrderStory): string[] => timeline.map(({ type }) => type);
