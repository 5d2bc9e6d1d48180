import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import type { Broker } from '../../../src/broker/broker.ts';
import { type Declare, eventually, type Stage } from './stage.ts';

/** What is heard of this test's broadcasts, as they are numbered. */
async function listen(stage: Stage, broker: Broker) {
  const heard: number[] = [];
  const subscription = await broker.onBroadcast((body) => {
    const { run, n } = body as { run: string; n: number };
    if (run === stage.run) heard.push(n);
  });
  return { heard, stop: () => subscription.stop() };
}

/** Broadcasts may be lost, so each is told until it is heard. */
async function tellUntil(broker: Broker, body: object, heard: () => boolean): Promise<void> {
  let told = 0;
  await eventually(`${JSON.stringify(body)} is heard`, () => {
    if (Date.now() - told > 500) {
      told = Date.now();
      broker.broadcast(body);
    }
    return heard();
  });
}

export function broadcasts(test: Declare): void {
  test('a broadcast is heard by everybody who listens: here, in another broker, and in another process', async (stage) => {
    const [telling, listening] = [await stage.open(), await stage.open()];
    const [one, two, three] = [
      await listen(stage, telling),
      await listen(stage, telling),
      await listen(stage, listening),
    ];
    const child = await stage.startChild();
    child.tell({ do: 'listen' });
    await child.says('listening');
    await tellUntil(telling, { run: stage.run, n: 1 }, () => [one, two, three].every(({ heard }) => heard.includes(1)));
    await tellUntil(telling, { run: stage.run, n: 2 }, () => child.ids('heard').includes(`${stage.run} 2`));
  });

  test('a broadcast of another process is heard, whole', async (stage) => {
    const broker = await stage.open();
    const heard: unknown[] = [];
    await broker.onBroadcast((body) => (body as { run: string }).run === stage.run && heard.push(body));
    const child = await stage.startChild();
    const body = { run: stage.run, name: '양념치킨 "🍗"', nested: [{ n: 1.5 }, null], text: 'x'.repeat(20_000) };
    child.tell({ do: 'broadcast until killed', body });
    await eventually('it is heard', () => heard.length > 0);
    assert.equal(heard[0], body);
  });

  test('nothing is kept for who listens later, or does not any more', async (stage) => {
    const broker = await stage.open();
    const first = await listen(stage, broker);
    await tellUntil(broker, { run: stage.run, n: 1 }, () => first.heard.includes(1));
    // Somebody else tells the second one: what the first one told last must not come along with it.
    const other = await stage.open();
    const late = await listen(stage, other);
    await first.stop();
    await first.stop();
    await tellUntil(other, { run: stage.run, n: 2 }, () => late.heard.includes(2));
    assert.not(late.heard.includes(1));
    assert.not(first.heard.includes(2));
  });

  test('one after the other, each is heard once', async (stage) => {
    const broker = await stage.open();
    const { heard } = await listen(stage, await stage.open());
    for (let n = 0; n < 5; n++) {
      broker.broadcast({ run: stage.run, n });
      await eventually(`${n} is heard`, () => heard.includes(n));
    }
    await sleep(100);
    assert.equal(heard, [0, 1, 2, 3, 4]);
  });

  test('who throws on hearing something harms nobody, and hears the next one', async (stage) => {
    const broker = await stage.open();
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    let thrown = 0;
    await broker.onBroadcast((body) => {
      if ((body as { run: string }).run !== stage.run) return;
      thrown++;
      throw new Error('a bug in the dashboard');
    });
    const { heard } = await listen(stage, broker);
    const states: string[] = [];
    broker.onLink(({ state }) => states.push(state));
    for (const n of [1, 2]) await tellUntil(broker, { run: stage.run, n }, () => heard.includes(n) && thrown >= n);
    await eventually('a warning is given', () => warnings.some(({ message }) => message.includes('a bug in the')));
    process.off('warning', note);
    assert.equal(states, ['up']);
  });

  test('what cannot be said is not told, and does not throw', async (stage) => {
    const broker = await stage.open();
    const { heard } = await listen(stage, broker);
    const circle: Record<string, unknown> = { run: stage.run };
    circle['itself'] = circle;
    broker.broadcast(circle);
    broker.broadcast({ run: stage.run, n: 1n });
    await tellUntil(broker, { run: stage.run, n: 2 }, () => heard.includes(2));
  });
}
