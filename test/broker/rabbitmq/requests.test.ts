import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unpack } from '../../../src/broker/codec.ts';
import type { Envelope } from '../../../src/broker/envelope.ts';
import { BrokerClosed, OutcomeUnknown, PublishRefused } from '../../../src/broker/errors.ts';
import type { Publication } from '../../../src/broker/rabbitmq/batch.ts';
import type { Generation } from '../../../src/broker/rabbitmq/generation.ts';
import type { Attach, Link } from '../../../src/broker/rabbitmq/link.ts';
import { Requests } from '../../../src/broker/rabbitmq/requests.ts';
import type { Storage } from '../../../src/broker/rabbitmq/storage.ts';
import { eventually } from '../../harness/eventually.ts';
import { contractTopology, Stage } from '../contract/stage.ts';

const topology = contractTopology('requests');
const stage = new Stage({ opener: { module: '', options: {} }, corrupt: async () => {}, cleanUp: async () => {} });
const make = stage.make.bind(stage);
const envelope = make('AcceptOrder');
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

/** Requests on a link that is up, and what is published of them; `store` settles it. */
function askAtOnce(envelopes: readonly Envelope[], store: (bodies: readonly string[]) => Promise<void>) {
  const attach = async (one: Attach) => {
    if (attached++ > 0) await one({} as Generation); // the first one is that of the replies
  };
  let attached = 0;
  const link = { current: {}, attach, detach: () => {} } as unknown as Link;
  const storage = {
    store: (publications: readonly Publication[]) => store(publications.map(({ content }) => content.toString())),
  };
  const requests = new Requests(topology, Date.now, link, storage as unknown as Storage);
  return { requests, outcomes: envelopes.map((one) => requests.ask(one, 20_000).catch((error: unknown) => error)) };
}

const idsIn = (body: string) =>
  unpack(Buffer.from(body)).map((one) => ('envelope' in one ? one.envelope.id : one.problem.message));

test('requests that are made together travel together, each with an address of its own for its answer', async () => {
  const envelopes = [make('AcceptOrder'), make('AcceptOrder'), make('AcceptOrder')];
  const stored: string[] = [];
  const { requests, outcomes } = askAtOnce(envelopes, async (bodies) => void stored.push(...bodies));
  await eventually(() => stored.length > 0);
  assert.equal(stored.map(idsIn), [envelopes.map(({ id }) => id)]);
  assert.is(new Set((JSON.parse(stored[0]!) as Envelope[]).map(({ replyTo }) => replyTo)).size, 3);
  requests.fail(new BrokerClosed());
  await Promise.all(outcomes);
});

test('of requests that travel apart, one that is refused says nothing of the others', async () => {
  const envelopes = [make('AcceptOrder'), make('FinishCooking')];
  const refuse = async (bodies: readonly string[]) => {
    if (bodies.some((body) => idsIn(body).includes(envelopes[0]!.id))) throw new PublishRefused('a queue is full');
  };
  const { requests, outcomes } = askAtOnce(envelopes, refuse);
  assert.instance(await outcomes[0], PublishRefused);
  await sleep(10);
  requests.fail(new BrokerClosed());
  assert.instance(await outcomes[1], BrokerClosed, 'it was still waiting for its answer');
});

test.run();
