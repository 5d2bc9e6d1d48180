import { type ChannelModel, connect } from 'amqplib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startPrivateNode } from '../../scripts/rabbitmq/private.js';
import { declarationsOf, homeMark, readyFlag } from '../../src/broker/rabbitmq/declare.ts';
import { openBroker, topology } from '../../src/cli/open-broker.ts';
import { LinkProxy } from '../broker/rabbitmq/link-proxy.ts';
import { testUrl } from '../broker/rabbitmq/place.ts';
import { diagnose } from './doctor-stage.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

const test = suite<{ at: Stage; model: ChannelModel }>('baedal doctor, on RabbitMQ');
test.before.each(async (context) => {
  context.at = stage(testUrl());
  context.model = await connect(testUrl());
  context.model.on('error', () => {});
});
test.after.each(async ({ at, model }) => {
  await model.close();
  await at.cleanUp();
});

/** Whether the broker accepts what is asked on a channel of its own. */
async function accepts(
  model: ChannelModel,
  ask: (channel: Awaited<ReturnType<ChannelModel['createChannel']>>) => Promise<unknown>,
) {
  const channel = await model.createChannel();
  channel.on('error', () => {});
  try {
    await ask(channel);
    await channel.close();
    return true;
  } catch {
    return false;
  }
}

/** Which of all that the platform declares is there. */
async function there(model: ChannelModel, { settings }: Stage): Promise<string[]> {
  const declared = topology(settings);
  const { queues, exchanges } = declarationsOf(declared);
  const found: string[] = [];
  for (const { name } of queues) if (await accepts(model, (channel) => channel.checkQueue(name))) found.push(name);
  for (const name of [...exchanges.map(({ name }) => name), readyFlag(declared), homeMark(declared)])
    if (await accepts(model, (channel) => channel.checkExchange(name))) found.push(name);
  return found;
}

async function declared({ settings }: Stage): Promise<void> {
  const host = await openBroker(settings, 'host');
  await host.close();
}

test('where nothing is declared there is no problem, and nothing is declared by looking', async ({ at, model }) => {
  const found = await diagnose(at);
  assert.is(found.code, 0, found.stdout);
  assert.match(found.one('broker').found, /^RabbitMQ \d+\.\d+/);
  assert.match(found.one('queues').found, /None yet/);
  assert.match(found.one('home').found, /belong to nobody yet/);
  assert.match(found.one('alarms').found, /None/);
  assert.equal(await there(model, at), []);
});

test('a platform that runs is well', async ({ at }) => {
  const up = await at.up('--quiet');
  assert.is((await at.run(...order('--wait', 'delivered'))).code, 0);
  const found = await diagnose(at);
  assert.is(found.code, 0, found.stdout);
  assert.match(found.one('queues').found, /^21 queues and 17 exchanges, as this version declares them/);
  assert.match(found.one('home').found, /belong to this data folder/);
  assert.match(found.one('actors').found, new RegExp(`All 5 run, in 1 process \\(.*:${up.pid}\\)`));
  assert.match(found.one('read-model').found, /up to date/);
  assert.is(found.one('dead-letters').result, 'ok');
  await up.kill();
});

test('a queue with other arguments is named, with the argument, both values and what to do; it stays as it is', async ({
  at,
  model,
}) => {
  await declared(at);
  const { queues } = declarationsOf(topology(at.settings));
  const kitchen = queues.find(({ name }) => name.includes('.kitchen.'))!;
  const drifted = { durable: true, arguments: { ...kitchen.arguments, 'x-max-length': 7 } };
  const channel = await model.createConfirmChannel();
  await channel.deleteQueue(kitchen.name);
  await channel.assertQueue(kitchen.name, drifted);
  channel.sendToQueue(kitchen.name, Buffer.from('precious'), { persistent: true });
  await channel.waitForConfirms();
  await channel.close();

  const found = await diagnose(at);
  assert.is(found.code, 1);
  const { result, found: what, cure, run } = found.one('queues');
  assert.is(result, 'problem');
  assert.is(what, `The queue ${kitchen.name} has x-max-length 7, and this version declares 1000000.`);
  assert.match(cure ?? '', /Once it is empty, delete it/);
  assert.is(run, `rabbitmqctl delete_queue ${kitchen.name}`);
  assert.ok(await accepts(model, (channel) => channel.assertQueue(kitchen.name, drifted)), 'it was changed');
  const left = await model.createChannel();
  const body = await new Promise((resolve) =>
    left.consume(kitchen.name, (message) => resolve(message?.content.toString()), { noAck: true }),
  );
  await left.close();
  assert.is(body, 'precious');
});

test('a queue that is missing is named, and is not made', async ({ at, model }) => {
  await declared(at);
  const { deadLetters, queues } = topology(at.settings);
  const channel = await model.createChannel();
  for (const name of [deadLetters, queues[1]!.name]) await channel.deleteQueue(name);
  await channel.close();
  const before = await there(model, at);
  const found = await diagnose(at);
  assert.is(found.code, 1);
  assert.is(found.one('queues').found, `${deadLetters} and ${queues[1]!.name} are missing.`);
  assert.is(found.one('queues').run, 'baedal up');
  assert.equal(await there(model, at), before);
});

test('queues of another data folder are said to be', async ({ at }) => {
  await declared(at);
  const found = await diagnose(at, '--data', `${at.settings.data}-2`);
  assert.is(found.code, 0);
  assert.is(found.one('home').result, 'warning');
  assert.match(found.one('home').found, /belong to another data folder/);
});

test('what waits for actors that nobody runs is counted', async ({ at }) => {
  await declared(at);
  assert.is((await at.run(...order('--timeout', '1'))).code, 3);
  const found = await diagnose(at);
  assert.is(found.code, 0);
  assert.match(found.one('waiting').found, /^1 message in all/);
  assert.match(found.one('actors').found, /Nobody runs them/);
});

test('a password or virtual host that is wrong is a problem, with exit code 5 and without the password', async ({
  at,
}) => {
  const url = new URL(testUrl());
  url.password = 'hunter2';
  const wrong = await diagnose(at, '--broker', url.href);
  assert.is(wrong.code, 5);
  assert.match(wrong.one('broker').found, /wrong user or password/);
  assert.not.match(wrong.stdout, /hunter2/);
  const nowhere = await diagnose(at, '--broker', `${testUrl().replace(/\/$/, '')}/nowhere`);
  assert.is(nowhere.code, 5);
  assert.match(nowhere.one('broker').found, /no virtual host "nowhere"/);
  assert.is(nowhere.one('queues').result, 'unchecked');
});

test('of several hosts one that does not answer is a warning, and none that does is a problem', async ({ at }) => {
  const several = (hosts: string) => {
    const url = new URL(testUrl());
    at.env.BAEDAL_BROKER = url.href.replace(url.host, hosts);
    return diagnose(at);
  };
  const one = await several(`127.0.0.1:1,${new URL(testUrl()).host}`);
  assert.is(one.code, 0, one.stdout);
  assert.is(one.one('broker').result, 'warning');
  assert.match(one.one('broker').found, /127\.0\.0\.1:1 \(.*ECONNREFUSED/);
  assert.match(one.one('queues').found, /None yet/, 'the other one is looked at');
  const none = await several('127.0.0.1:1,127.0.0.1:2');
  assert.is(none.code, 5);
  assert.match(none.one('broker').found, /127\.0\.0\.1:1,127\.0\.0\.1:2/);
});

test('a link that is lost meanwhile is a warning, what was not heard is not checked, and the program ends by itself', async ({
  at,
}) => {
  const proxy = await LinkProxy.open();
  proxy.cutAtFrame(40);
  const found = await diagnose(at, '--broker', proxy.url);
  assert.not.ok(proxy.isArmed);
  await proxy.close();
  assert.is(found.code, 0, found.stdout);
  assert.is(found.one('broker').result, 'warning');
  assert.match(found.one('broker').found, /did not answer all that it was asked/);
  assert.is(found.one('queues').result, 'unchecked');
});

test('an alarm is found on a broker that takes no messages; one that is frozen, or gone, ends with exit code 5', async ({
  at,
}) => {
  const { node, stop } = await startPrivateNode();
  const { url } = node;
  try {
    await node.ctl('set_disk_free_limit', '900000GB');
    const alarm = await diagnose(at, '--broker', url);
    assert.is(alarm.code, 1, alarm.stdout);
    assert.is(alarm.one('alarms').result, 'problem');
    assert.match(alarm.one('alarms').found, /takes no messages now: .*disk/);
    assert.match(alarm.one('queues').found, /None yet/);

    process.kill(node.pid()!, 'SIGSTOP');
    const frozen = await diagnose(at, '--broker', url);
    assert.is(frozen.code, 5, frozen.stdout);
    assert.match(frozen.one('broker').found, /Cannot reach RabbitMQ/);
    process.kill(node.pid()!, 'SIGCONT');
  } finally {
    await stop();
  }
  const gone = await diagnose(at, '--broker', url);
  assert.is(gone.code, 5);
  assert.match(gone.one('broker').found, /ECONNREFUSED/);
  assert.is(gone.one('folder').result, 'ok');
});

test.run();
