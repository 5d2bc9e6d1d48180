import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Batches } from '../../../src/partners/kakao/batches.ts';
import { Pace } from '../../../src/partners/kakao/pace.ts';

const elapsed = () => performance.now();
const { signal } = new AbortController();

test('no more than so many a second go, and those beyond wait their turn', async () => {
  const pace = new Pace(50, elapsed);
  const began = elapsed();
  const turns = await Promise.all(Array.from({ length: 11 }, () => pace.turn(signal).then(elapsed)));
  assert.ok(turns.at(-1)! - began >= 195, `eleven went in ${turns.at(-1)! - began} ms`);
  assert.equal(
    turns,
    turns.toSorted((a, b) => a - b),
  );
});

test('who comes seldom does not wait, and a rest is no credit', async () => {
  const pace = new Pace(5, elapsed);
  await pace.turn(signal);
  await sleep(450);
  const began = elapsed();
  const later = new Promise<string>((resolve) => setImmediate(resolve, 'after a wait'));
  assert.is(await Promise.race([pace.turn(signal).then(() => 'at once'), later]), 'at once');
  await pace.turn(signal);
  assert.ok(elapsed() - began >= 195);
});

test('while it is held nobody goes, and nobody waits beyond the end', async () => {
  const pace = new Pace(1_000, elapsed);
  const began = elapsed();
  pace.holdFor(100);
  await pace.turn(signal);
  assert.ok(elapsed() - began >= 95);
  const ending = new AbortController();
  pace.holdFor(60_000);
  const waiting = pace.turn(ending.signal);
  ending.abort();
  await waiting.then(
    () => assert.unreachable('it was held'),
    (error: Error) => assert.is(error.name, 'AbortError'),
  );
});

/** Batches of numbers, each out until it is let go. */
function numbers(options: { most: number; atOnce: number }) {
  const out: { items: number[]; letGo(): void; fail(error: Error): void }[] = [];
  const batches = new Batches<number, string>({
    ...options,
    ready: async () => {},
    send: (batch) =>
      new Promise((resolve, reject) => {
        const letGo = () => {
          for (const { item, resolve } of batch) if (item >= 0) resolve(`sent ${item}`);
          resolve();
        };
        out.push({ items: batch.map(({ item }) => item), letGo, fail: reject });
      }),
  });
  return { batches, out, items: () => out.map(({ items }) => items) };
}

test('what comes in the same turn goes together, and what waits meanwhile is the next', async () => {
  const { batches, out, items } = numbers({ most: 100, atOnce: 1 });
  const first = [1, 2].map((n) => batches.put(n));
  await sleep(5);
  const next = [3, 4].map((n) => batches.put(n));
  await sleep(5);
  next.push(batches.put(5));
  await sleep(5);
  assert.equal(items(), [[1, 2]]);
  out[0]!.letGo();
  assert.equal(await Promise.all(first), ['sent 1', 'sent 2']);
  await sleep(5);
  assert.equal(items(), [
    [1, 2],
    [3, 4, 5],
  ]);
  out[1]!.letGo();
  await Promise.all(next);
});

test('one that hangs does not hold up all, and a batch has its limit', async () => {
  const { batches, out, items } = numbers({ most: 2, atOnce: 2 });
  const all = [1, 2, 3, 4, 5].map((n) => batches.put(n));
  await sleep(5);
  assert.equal(items(), [
    [1, 2],
    [3, 4],
  ]);
  out[1]!.letGo();
  await sleep(5);
  assert.equal(items().at(-1), [5]);
  out[2]!.letGo();
  out[0]!.letGo();
  assert.is((await Promise.all(all)).length, 5);
});

test('a batch that fails fails for each that is in it, and the next one goes', async () => {
  const { batches, out } = numbers({ most: 100, atOnce: 1 });
  const failing = [1, 2].map((n) => batches.put(n).catch((error: Error) => error.message));
  await sleep(5);
  const next = batches.put(3);
  out[0]!.fail(new Error('no line'));
  assert.equal(await Promise.all(failing), ['no line', 'no line']);
  await sleep(5);
  out[1]!.letGo();
  assert.is(await next, 'sent 3');
});

test.run();
