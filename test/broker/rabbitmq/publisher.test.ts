import { EventEmitter } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OutcomeUnknown, PublishRefused } from '../../../src/broker/errors.ts';
import type { Publication } from '../../../src/broker/rabbitmq/batch.ts';
import type { Generation } from '../../../src/broker/rabbitmq/generation.ts';
import { type Patience, Publisher } from '../../../src/broker/rabbitmq/publisher.ts';
import { eventually } from '../../harness/eventually.ts';

const confirmMs = 15_000;

/** A channel that notes what is written to it. */
class Channel extends EventEmitter {
  readonly written: string[] = [];
  readonly #confirms: ((failure: unknown) => void)[] = [];

  publish(_exchange: string, _key: string, content: Buffer, _options: object, confirm: (failure: unknown) => void) {
    this.written.push(content.toString());
    this.#confirms.push(confirm);
    return true;
  }

  /** The broker's answer to what was written with this text. */
  says(yes: boolean, text: string): void {
    this.#confirms[this.written.indexOf(text)]!(yes ? null : new Error('message nacked'));
  }
}

const openPublishers: Publisher[] = [];

/** A publisher on a link that does what it is told to, and a clock that is set by hand. */
async function stage(patience: Patience = {}) {
  const clock = { now: 0 };
  const channels: Channel[] = [];
  const failures: string[] = [];
  const retired: Channel[] = [];
  let block = (_reason: string | undefined) => {};
  let lose = (_cause: unknown) => {};
  const generation = {
    unlessLost: <T>(work: PromiseLike<T>) => work,
    openConfirmChannel: async () => {
      const channel = new Channel();
      channels.push(channel);
      return channel;
    },
    onLoss: (listener: typeof lose) => {
      lose = listener;
    },
    onBlocked: (listener: typeof block) => {
      block = listener;
    },
    fail: (cause: Error) => {
      failures.push(cause.message);
      lose(cause);
    },
    retire: (channel: Channel) => retired.push(channel),
  } as unknown as Generation;
  const publisher = new Publisher({ confirmMs, elapsed: () => clock.now, ...patience });
  openPublishers.push(publisher);
  await publisher.attach(generation);
  return {
    clock,
    channels,
    failures,
    retired,
    block: (reason: string | undefined) => block(reason),
    /** Publishes messages of these texts; gives what became of it. */
    send: (...texts: string[]) =>
      publisher.send(texts.map(publicationOf)).then(
        () => 'stored',
        (failure: unknown) => failure,
      ),
  };
}

const publicationOf = (text: string): Publication => ({
  exchange: '',
  routingKey: 'queue',
  content: Buffer.from(text),
  options: {},
});

const texts = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}${n}`);

/** As long as the publisher takes to have looked at what is not confirmed, and more. */
const look = () => new Promise((resolve) => setTimeout(resolve, 1_200));

test.after.each(() => {
  for (const publisher of openPublishers.splice(0)) publisher.close();
});

test('what was given up while the broker blocked, and is never confirmed, costs the link and not everything behind it', async () => {
  const { clock, channels, failures, block, send } = await stage({ stallMs: 50 });
  const first = send(...texts('a', 5_000));
  assert.is(channels[0]!.written.length, 4_096);
  block('low on memory');
  assert.instance(await first, OutcomeUnknown);
  block(undefined);
  const next = send('b');
  clock.now += confirmMs - 1;
  await look();
  assert.equal(failures, []);
  clock.now += 1;
  await eventually(() => assert.equal(failures, ['The broker has not confirmed a message for 15 s.']));
  assert.instance(await next, OutcomeUnknown);
});

test('a broker that confirms slowly, but does, keeps its link for as long as it takes', async () => {
  const { clock, channels, failures, send } = await stage();
  const call = send(...texts('a', 4));
  for (const text of texts('a', 4)) {
    clock.now += confirmMs - 1;
    await look();
    channels[0]!.says(true, text);
  }
  assert.is(await call, 'stored');
  assert.equal(failures, []);
});

test('a no on a channel that is not new is followed by another channel once all on the old one has landed, and by nothing before', async () => {
  const { clock, channels, retired, failures, send } = await stage();
  clock.now += 2_000;
  const [refused, slow] = [send('full'), send('slow')];
  channels[0]!.says(false, 'full');
  assert.instance(await refused, PublishRefused);
  const next = send('next');
  assert.equal(channels[0]!.written, ['full', 'slow']);
  channels[0]!.says(true, 'slow');
  assert.is(await slow, 'stored');
  await eventually(() => assert.equal(channels[1]?.written, ['next']));
  channels[1]!.says(true, 'next');
  assert.is(await next, 'stored');
  assert.equal([retired, failures], [[channels[0]], []]);
});

test('a full queue beside a slow one costs nobody the link, and holds everybody up for a moment only', async () => {
  const { clock, channels, failures, send } = await stage();
  clock.now += 2_000;
  const [refused, slow] = [send('full'), send('slow')];
  channels[0]!.says(false, 'full');
  assert.instance(await refused, PublishRefused);
  const next = send('next');
  assert.equal(channels[0]!.written, ['full', 'slow']);
  clock.now += 2_000;
  await eventually(() => assert.equal(channels[0]!.written, ['full', 'slow', 'next']));
  clock.now += 9_000;
  channels[0]!.says(true, 'next');
  assert.is(await next, 'stored');

  const again = [send('full again'), send('after it')] as const;
  channels[0]!.says(false, 'full again');
  assert.instance(await again[0], PublishRefused);
  void send('believed');
  assert.equal(channels[0]!.written.slice(3), ['full again', 'after it', 'believed']);
  for (const text of ['slow', 'after it', 'believed']) channels[0]!.says(true, text);
  assert.equal(await Promise.all([slow, again[1]]), ['stored', 'stored']);
  assert.equal([channels.length, failures], [1, []]);
});

test.run();
