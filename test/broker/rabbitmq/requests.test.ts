import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BrokerClosed, OutcomeUnknown } from '../../../src/broker/errors.ts';
import type { Generation } from '../../../src/broker/rabbitmq/generation.ts';
import type { Attach, Link } from '../../../src/broker/rabbitmq/link.ts';
import { Requests } from '../../../src/broker/rabbitmq/requests.ts';
import type { Storage } from '../../../src/broker/rabbitmq/storage.ts';
import { eventually } from '../../harness/eventually.ts';
import { contractTopology, Stage } from '../contract/stage.ts';

const topology = contractTopology('requests');
const envelope = new Stage({
  opener: { module: '', options: {} },
  corrupt: async () => {},
  cleanUp: async () => {},
}).make('AcceptOrder');
/** As long as it takes until a request would be published again by itself, and more. */
const againAndMore = () => sleep(800);

/** A request on a link that is up, and a broker that confirms nothing until it is told to. */
async function ask() {
  let attach: Attach = async () => {};
  const posted: ((cause: unknown) => void)[] = [];
  const link = {
    current: {},
    attach: async (one: Attach) => {
      attach = one;
      if (attached++ > 0) await one({} as Generation); // the first one is that of the replies
    },
    detach: () => {},
  } as unknown as Link;
  let attached = 0;
  const store = () => new Promise<void>((_, reject) => posted.push(reject));
  const requests = new Requests(topology, Date.now, link, { store } as unknown as Storage);
  const outcome = requests.ask(envelope, 20_000).catch((error: unknown) => error);
  await eventually(() => posted.length === 1);
  return { posted, outcome, requests, nextGeneration: () => attach({} as Generation) };
}

test('a request that is about to be published again is published once in the next generation', async () => {
  const { posted, requests, outcome, nextGeneration } = await ask();
  posted[0]!(new OutcomeUnknown());
  await sleep(10);
  await nextGeneration();
  await againAndMore();
  assert.is(posted.length, 2);
  requests.fail(new BrokerClosed());
  await outcome;
});

test('a request that is over is not published any more', async () => {
  const { posted, requests, outcome, nextGeneration } = await ask();
  requests.fail(new BrokerClosed());
  assert.instance(await outcome, BrokerClosed);
  await nextGeneration();
  posted[0]!(new OutcomeUnknown());
  await againAndMore();
  assert.is(posted.length, 1);
});

test.run();
