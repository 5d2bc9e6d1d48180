import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { closeAll, closing, everyStep } from '../../chaos/closing.ts';

const failing = (why: string) => async () => {
  throw new Error(why);
};

test('what is open is closed once, whoever asks for it, and the last one first', async () => {
  const closed: string[] = [];
  const [first, second] = ['first', 'second'].map((name) => closing(async () => void closed.push(name)));
  closing(async () => void closed.push('third'));
  await second!();
  assert.equal(await closeAll(), []);
  await Promise.all([first!(), second!()]);
  assert.equal(await closeAll(), []);
  assert.equal(closed, ['second', 'third', 'first']);
});

test('what cannot be closed, or not in time, is told and keeps nothing else from being closed', async () => {
  const closed: string[] = [];
  closing(async () => void closed.push('below'));
  closing(failing('It is stuck.'));
  closing(() => new Promise(() => {}));
  const failures = (await closeAll(50)) as Error[];
  assert.equal(
    failures.map(({ message }) => message),
    ['Something was not closed within 50 ms.', 'It is stuck.'],
  );
  assert.equal(closed, ['below']);
});

test('every step is taken, and the first one that failed is told', async () => {
  const taken: number[] = [];
  const steps = [() => taken.push(1), failing('Two.'), () => taken.push(3), failing('Four.'), () => taken.push(5)];
  const failure = await everyStep(steps).catch((error: Error) => error.message);
  assert.is(failure, 'Two.');
  assert.equal(taken, [1, 3, 5]);
});

test.run();
