import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Broker } from '../../src/broker/broker.ts';
import { BrokerClosed } from '../../src/broker/errors.ts';
import { eventually } from '../harness/eventually.ts';
import { httpStage } from './stage.ts';

test('what cannot be let go is said, and does not keep the rest', async () => {
  let opened: Broker | undefined;
  let reads = false;
  const stage = await httpStage(undefined, 'sqlite:', 'sqlite:', (broker) => {
    opened = broker;
    const readJournal = broker.readJournal.bind(broker);
    return Object.assign(broker, {
      readJournal: async (...args: Parameters<Broker['readJournal']>) => {
        const subscription = await readJournal(...args);
        reads = true;
        return {
          stop: async () => {
            await subscription.stop();
            throw new Error('It does not stop.');
          },
        };
      },
    });
  });
  await eventually(() => reads);
  await stage.backend.close();
  assert.match(stage.log(), 'It does not stop.');
  const asked = await opened!.journalEnd().catch((error: unknown) => error);
  assert.instance(asked, BrokerClosed);
  await stage.close();
});

test.run();
