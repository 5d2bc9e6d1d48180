import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { examineRabbitMq } from '../../../src/broker/rabbitmq/examine.ts';
import { eventually } from '../../harness/eventually.ts';
import { LinkProxy } from './link-proxy.ts';
import { Place } from './place.ts';

const test = suite<{ place: Place }>('looking at RabbitMQ');
test.before.each(async (context) => {
  context.place = await Place.make();
});
test.after.each(({ place }) => place.clear());

const look = (place: Place, url: string) =>
  examineRabbitMq({ url, topology: place.topology, home: undefined, hear: () => true, listenMs: 300 });

test('a link that is lost at whichever step is said at once, and nothing of what was asked is left to fail by itself', async ({
  place,
}) => {
  await (await place.open()).close();
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listener);
  const lanes = 8;
  const cuts = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const proxy = await LinkProxy.open();
      let frame = lane + 1;
      for (let wasCut = true; wasCut; frame += lanes) {
        proxy.cutAtFrame(frame);
        const failure = await look(place, proxy.url).then(
          (facts) => facts.failure,
          (thrown: Error) => thrown.message,
        );
        wasCut = !proxy.isArmed;
        proxy.cutAtFrame(undefined);
        assert.not.match(failure ?? '', /took longer than/, `at frame ${frame}`);
        await eventually(() => assert.is(proxy.open, 0, `at frame ${frame}`));
      }
      await proxy.close();
      return frame;
    }),
  );
  await sleep(50); // what nobody handles is told in the next turn
  process.off('unhandledRejection', listener);
  assert.equal(unhandled, []);
  assert.ok(Math.min(...cuts) > 50, `looking was only ${Math.min(...cuts)} frames long`);
});

test.run();
