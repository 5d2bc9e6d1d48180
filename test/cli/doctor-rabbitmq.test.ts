import { type ChannelModel, connect } from 'amqplib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { declarationsOf, homeMark, readyFlag } from '../../src/broker/rabbitmq/declare.ts';
import { openBroker, topology } from '../../src/cli/open-broker.ts';
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
  const { queues, exchanges } = declarationsOf(topology(at.settings));
  const all = `${queues.length} queues and ${exchanges.length} exchanges, as this version declares them`;
  assert.ok(found.one('queues').found.startsWith(all), found.one('queues').found);
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

test('what waits for actors that nobody runs is counted, and queues of another data folder are said to be', async ({
  at,
}) => {
  await declared(at);
  assert.is((await at.run(...order('--timeout', '1'))).code, 3);
  const [found, other] = await Promise.all([diagnose(at), diagnose(at, '--data', `${at.settings.data}-2`)]);
  assert.is(found.code, 0);
  assert.match(found.one('waiting').found, /^1 message in all/);
  assert.match(found.one('actors').found, /Nobody runs them/);
  assert.is(other.code, 0);
  assert.is(other.one('home').result, 'warning');
  assert.match(other.one('home').found, /belong to another data folder/);
});

test.run();
