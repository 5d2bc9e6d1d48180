import { suite } from 'uvu';
import { broadcasts } from './contract/broadcasts.ts';
import { consuming } from './contract/consuming.ts';
import { deadLetters } from './contract/dead-letters.ts';
import { delays } from './contract/delays.ts';
import { depths } from './contract/depths.ts';
import { journal } from './contract/journal.ts';
import { lifecycle } from './contract/lifecycle.ts';
import { processes } from './contract/processes.ts';
import { publishing } from './contract/publishing.ts';
import { requests } from './contract/requests.ts';
import { type Declare, Stage, type Transport } from './contract/stage.ts';

/**
 * Everything the Broker interface promises, as tests. Whoever calls this calls `.run()` on what it gives.
 * @param setUp called once, before the first test; its `cleanUp` after the last one
 */
export function brokerContract(name: string, setUp: () => Promise<Transport>): ReturnType<typeof suite> {
  const test = suite(name);
  let transport: Transport;
  test.before(async () => {
    transport = await setUp();
  });
  test.after(() => transport.cleanUp());

  const declare: Declare = (sentence, body) =>
    test(sentence, async () => {
      const stage = new Stage(transport);
      try {
        await body(stage);
      } finally {
        await stage.end();
      }
    });
  for (const part of [
    publishing,
    consuming,
    delays,
    deadLetters,
    requests,
    journal,
    broadcasts,
    depths,
    processes,
    lifecycle,
  ])
    part(declare);
  return test;
}
