import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startPrivateNode } from '../../../scripts/rabbitmq/private.js';
import type { Broker, LinkState } from '../../../src/broker/broker.ts';
import { OutcomeUnknown, PublishRefused } from '../../../src/broker/errors.ts';
import { messagesExchange } from '../../../src/broker/rabbitmq/declare.ts';
import { eventually as untilTrue } from '../../harness/eventually.ts';
import { eventually, idsOf, outgoing, queueOf, Stage } from '../contract/stage.ts';
import { LinkProxy } from './link-proxy.ts';
import { Place } from './place.ts';

/** What is done here to a RabbitMQ would disturb others: so this one is our own. */
let rabbit: Awaited<ReturnType<typeof startPrivateNode>>;
const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
let place: Place;
test.before(async () => {
  rabbit = await startPrivateNode();
});
test.before.each(async () => {
  place = await Place.make(rabbit.node.url);
});
const proxies: LinkProxy[] = [];
test.after.each(async () => {
  await place?.clear();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

async function openProxy(url: string): Promise<LinkProxy> {
  const proxy = await LinkProxy.open(url);
  proxies.push(proxy);
  return proxy;
}
test.after(async () => {
  await rabbit?.stop();
});

function statesOf(broker: Broker): LinkState[] {
  const states: LinkState[] = [];
  broker.onLink((state) => states.push(state));
  return states;
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (failure) => failure,
  );

const signal = (name: 'SIGSTOP' | 'SIGCONT') => process.kill(rabbit.node.pid()!, name);

test('a broker that freezes is noticed by its silence, and worked with again once it thaws', async () => {
  const broker = await place.open({ url: `${rabbit.node.url}?heartbeat=1` });
  const other = await place.open();
  const states = statesOf(broker);
  const one = await stage.take(broker, queueOf(broker, 'one'));
  const messages = stage.many(3);
  try {
    signal('SIGSTOP');
    assert.instance(await failureOf(broker.publish(outgoing(messages))), OutcomeUnknown);
    assert.is(states.at(-1)!.state, 'down');
    assert.match(states.at(-1)!.reason!, 'Heartbeat timeout');
    await other.close(500); // says nothing of a frozen broker, but ends
  } finally {
    signal('SIGCONT');
  }
  await eventually('it is up again', () => states.at(-1)!.state === 'up');
  await broker.publish(outgoing(messages));
  await eventually('all are taken', () => idsOf(messages).every((id) => one.ids().includes(id)));
});

/** RabbitMQ's memory alarm, on or off. */
const alarm = (on: boolean) => rabbit.node.ctl('set_vm_memory_high_watermark', on ? '0.000001' : '0.9');

test('publishing to a broker that has an alarm ends with what is known of it, holds little, and goes on afterwards', async () => {
  const proxy = await openProxy(rabbit.node.url);
  const broker = await place.open({ url: proxy.url });
  const states = statesOf(broker);
  const asking = await place.open();
  await failureOf(asking.request(stage.make('VoidPayment'), 10)); // now it listens for answers
  const early = stage.many(6);
  for (const envelope of early) await broker.publish([{ envelope }]);
  const one = await stage.take(broker, queueOf(broker, 'one'), { prefetch: 3, ack: false });
  await eventually('some are in hand', () => one.taken.length === 3);
  // Sent before anybody knows of the alarm; some thirty megabytes.
  const big = Array.from({ length: 500 }, () => stage.make('AcceptOrder', `order-${'x'.repeat(60_000)}`));
  let sent: Promise<unknown>[];
  try {
    await alarm(true);
    const bytesBefore = proxy.bytesSent;
    const asked = failureOf(asking.request(stage.make('FinishCooking'), 11_500));
    sent = big.map((envelope) => failureOf(broker.publish([{ envelope }])));
    await eventually('it is blocked', () => states.at(-1)!.state === 'blocked');
    assert.match(states.at(-1)!.reason!, 'memory');
    const later = failureOf(broker.publish(outgoing(stage.many(1))));

    for (const delivery of one.taken) delivery.ack();
    await eventually('what waited is taken all the same', () => one.taken.length === early.length);
    const failure = (await later) as Error;
    assert.instance(failure, PublishRefused);
    assert.match(failure.message, 'blocks publishers');
    const outcomes = await Promise.all(sent);
    // Of what is in the sockets already nobody can say that it was not taken.
    assert.instance(outcomes[0], OutcomeUnknown);
    assert.instance(outcomes.at(-1), PublishRefused);
    const flown = proxy.bytesSent - bytesBefore;
    assert.ok(flown < 10 * 1024 * 1024, `${flown} bytes were sent without a confirm`);
    assert.is(
      ((await asked) as { code?: string }).code,
      'timed-out',
      'a request was called refused that may be read yet',
    );
  } finally {
    await alarm(false);
  }
  await eventually('it may publish again', () => states.at(-1)!.state === 'up');
  const late = stage.many(3);
  await broker.publish(outgoing(late));
  await eventually('the late ones are taken', () => {
    for (const delivery of one.taken) delivery.ack();
    return idsOf(late).every((id) => one.ids().includes(id));
  });
  await broker.close();
});

test('closing a link that the broker blocks takes no longer than its grace', async () => {
  const broker = await place.open();
  const states = statesOf(broker);
  let published: Promise<unknown>;
  try {
    await alarm(true);
    published = failureOf(broker.publish(outgoing(stage.many(1))));
    await eventually('it is blocked', () => states.at(-1)!.state === 'blocked');
    await broker.close(500);
  } finally {
    await alarm(false);
  }
  assert.instance(await published, OutcomeUnknown);
});

test('a user who is deleted is told why nothing works, and works again once there is one like it', async () => {
  const { ctl, url } = rabbit.node;
  const addCook = async (password: string) => {
    await ctl('add_user', 'cook', password);
    await ctl('set_permissions', 'cook', '.*', '.*', '.*');
  };
  const cookUrl = new URL(url);
  cookUrl.username = 'cook';
  cookUrl.password = 's3cret';
  await addCook('s3cret');
  const broker = await place.open({ url: cookUrl.href });
  const states = statesOf(broker);
  const one = await stage.take(broker, queueOf(broker, 'one'));
  await ctl('delete_user', 'cook');
  const reasons = () => states.map(({ reason }) => reason ?? '');
  await eventually('it says why', () => reasons().some((reason) => reason.includes('wrong user or password')));
  assert.ok(reasons().some((reason) => /user '?cook'? (is|was) deleted/.test(reason)));
  await addCook('another');
  await ctl('change_password', 'cook', 's3cret');
  await eventually('it is up again', () => states.at(-1)!.state === 'up');
  const messages = stage.many(2);
  await broker.publish(outgoing(messages));
  await eventually('all are taken', () => one.taken.length === 2);
  for (const reason of reasons()) assert.not.match(reason, 's3cret');
});

test('publishing that the broker ends by closing its connections has an outcome that nobody knows', async () => {
  const broker = await place.open();
  const states = statesOf(broker);
  const outcomes: unknown[] = [];
  let going = true;
  const publishing = Array.from({ length: 20 }, async () => {
    while (going) outcomes.push(await failureOf(broker.publish(outgoing(stage.many(1)))));
  });
  const failed = () => outcomes.filter((outcome) => outcome !== undefined);
  // Now and then everything is confirmed just before a connection is closed, and nothing more was sent over it.
  for (let times = 0; times < 2 || (times < 10 && failed().length === 0); times++)
    await rabbit.node.ctl('close_all_connections', 'maintenance, say');
  going = false;
  await Promise.all(publishing);
  const failures = failed();
  assert.ok(failures.length > 0, 'none was interrupted');
  for (const failure of failures) assert.instance(failure, OutcomeUnknown);
  assert.match(states.find(({ state }) => state === 'down')!.reason!, 'maintenance, say');
});

test('a broker that is there and does not confirm is left after a while, and what it was sent is sent again', async () => {
  const broker = await place.open({ confirmPatienceMs: 1_500 });
  const states = statesOf(broker);
  const queue = queueOf(broker, 'one');
  const messages = stage.many(2);
  // The process behind the queue stands still, as one without a majority does.
  const behind = (act: 'suspend' | 'resume') => rabbit.node.ctl('eval', `sys:${act}('%2F_${queue}').`);
  await behind('suspend');
  try {
    assert.instance(await failureOf(broker.publish(outgoing(messages))), OutcomeUnknown);
    assert.match(states.find(({ state }) => state === 'down')!.reason!, 'not confirmed a message for 1.5 s');
    await broker.publish(outgoing(stage.many(1, 'FinishCooking'))); // its neighbours go on
  } finally {
    await behind('resume');
  }
  await broker.publish(outgoing(messages));
  const one = await stage.take(broker, queue);
  await eventually('all are taken', () => idsOf(messages).every((id) => one.ids().includes(id)));
});

/** The channels with confirms that there are, as the broker calls them. */
async function confirmChannels(): Promise<string[]> {
  const said = await rabbit.node.ctl('list_channels', 'pid', 'confirm', '--formatter', 'json');
  return (JSON.parse(said) as { pid: string; confirm: boolean }[]).flatMap(({ pid, confirm }) =>
    confirm ? [pid] : [],
  );
}

test('a channel on which the broker goes on saying no is followed by another, and what others publish keeps its order', async () => {
  const broker = await place.open();
  const states = statesOf(broker);
  const full = queueOf(broker, 'one');
  await place.beside(async (channel) => {
    await channel.deleteQueue(full);
    const nobodyReads = { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', 'x-max-length': 1 };
    await channel.assertQueue(full, { durable: true, arguments: nobodyReads });
    await channel.bindQueue(full, messagesExchange(place.topology), 'AcceptOrder.0');
  });
  const two = await stage.take(broker, queueOf(broker, 'two'));
  const before = await confirmChannels();
  const [refused, stored]: [unknown[], string[]] = [[], []];
  let going = true;
  const refusing = (async () => {
    while (going) refused.push(await failureOf(broker.publish(outgoing(stage.many(1)))));
  })();
  const storing = (async () => {
    while (going) {
      const [one, other] = stage.many(2, 'FinishCooking');
      await Promise.all([one!, other!].map((envelope) => broker.publish([{ envelope }])));
      stored.push(one!.id, other!.id);
    }
  })();
  let after: string[];
  try {
    await untilTrue(async () => assert.not.equal(await confirmChannels(), before), { everyMs: 500 });
    after = await confirmChannels();
  } finally {
    going = false;
    await Promise.all([refusing, storing]);
  }
  assert.is(after.length, before.length, 'channels are left over');
  for (const failure of refused.slice(5)) assert.instance(failure, PublishRefused);
  await eventually('all are taken', () => two.taken.length === stored.length);
  assert.equal(two.ids(), stored);
  assert.is(states.length, 1, 'the link was lost');
});

test('a password that is changed matters at the next connection, and is said then', async () => {
  const { ctl, url } = rabbit.node;
  await ctl('add_user', 'rider', 'old');
  await ctl('set_permissions', 'rider', '.*', '.*', '.*');
  const riderUrl = new URL(url);
  riderUrl.username = 'rider';
  riderUrl.password = 'old';
  const proxy = await openProxy(riderUrl.href);
  const broker = await place.open({ url: proxy.url });
  const states = statesOf(broker);
  await ctl('change_password', 'rider', 'new');
  await broker.publish(outgoing(stage.many(1)));
  assert.is(states.length, 1, 'the link was lost');
  proxy.cut();
  await eventually('it says why', () => states.at(-1)!.reason?.includes('wrong user or password'));
  await ctl('change_password', 'rider', 'old');
  await eventually('it is up again', () => states.at(-1)!.state === 'up');
  await broker.close();
});

test('a delivery that is kept for longer than the broker allows comes again, and those behind it do not wait for ever', async () => {
  const { ctl } = rabbit.node;
  const limits = (timeoutMs: number, tickMs: number) =>
    ctl(
      'eval',
      `[application:set_env(rabbit, K, V) || {K, V} <- [{consumer_timeout, ${timeoutMs}}, {channel_tick_interval, ${tickMs}}]].`,
    );
  await limits(700, 300);
  try {
    const broker = await place.open();
    const states = statesOf(broker);
    const messages = stage.many(2);
    await broker.publish(outgoing(messages));
    const taken: string[] = [];
    await broker.consume(queueOf(broker, 'one'), {
      prefetch: 10,
      onDeliveries: (deliveries) => {
        for (const delivery of deliveries) {
          const isFirst = !taken.includes(delivery.envelope.id);
          taken.push(delivery.envelope.id);
          if (!isFirst) delivery.ack(); // the first time it is forgotten
        }
      },
    });
    await eventually('both came twice', () => taken.length === 4);
    assert.equal([...new Set(taken)], idsOf(messages));
    const down = states.find(({ state }) => state === 'down');
    assert.match(down!.reason!, 'delivery acknowledgement');
    await broker.close();
  } finally {
    await limits(1_800_000, 60_000);
  }
});

test.run();
