import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { surveySeeds } from '../../simulator/survey.ts';
import { proofLength } from '../harness/proof-length.ts';

const count = proofLength({ short: 500, long: 30_000 });

/** What has to occur in so many worlds, or else nothing is proved by them. */
const atLeast: Record<string, number> = {
  'ended delivered': 50,
  'ended cancelled': 20,
  'ended refused': 20,
  'ended rejected': 50,
  'payments put off': 3,
  'payments unknown': 3,
  'payments voided': 20,
  'payments refunded': 50,
  'cancellations refused': 3,
  kills: 50,
  pauses: 20,
  stops: 50,
  'link losses': 20,
  'publishes in part': 2,
  redelivered: 50,
  duplicates: 50,
  late: 50,
  'lost confirms': 50,
  'refused publishes': 50,
  'failed commits': 20,
  fences: 5,
  retries: 50,
  'dead letters': 10,
  'lost answers': 50,
  'late charges': 5,
  'lost answers of the provider': 20,
  'messages sent twice': 5,
  'breaker open': 1,
};

test('in every world orders end, money balances, effects happen once, and nothing is left over', async () => {
  const { failures, counts } = await surveySeeds({ from: 1, count });
  const broken = failures.map(({ seed, broken }) => `${seed}: ${broken.map(({ sentence }) => sentence).join(' ')}`);
  assert.equal(broken, [], 'See the story of one with `npm run simulate:seeds -- --seeds 1 --from <seed>`.');
  for (const [what, times] of Object.entries(atLeast))
    assert.ok((counts[what] ?? 0) >= times, `"${what}" occurred only ${counts[what] ?? 0} times in ${count} worlds`);
});

test.run();
