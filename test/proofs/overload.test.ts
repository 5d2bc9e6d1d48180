import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../src/actors/actor.ts';
import type { Broker } from '../../src/broker/broker.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { openBroker } from '../../src/cli/open-broker.ts';
import { newId } from '../../src/client/new-id.ts';
import { HttpPsp } from '../../src/partners/http-psp.ts';
import { stage } from '../cli/platform-under-test.ts';
import { eventually } from '../harness/eventually.ts';
import { proofLength } from '../harness/proof-length.ts';
import { ledgerLines, pspKey, startPsp } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const capacity = 20;
const customers = 100;
const seconds = proofLength({ short: 8, long: 30 });
const warmUpMs = 2_000;
const latency = ['--latency-ms', '400-620', '--capacity', String(capacity)];
const signal = new AbortController().signal;

const test = suite('an overloaded payment provider');

/** Charges a second that the provider makes with as many requests at once as it has capacity for, and nobody in between. */
async function measured(): Promise<number> {
  const folder = tempFolder();
  const ledger = folder.file('ledger.jsonl');
  const provider = await startPsp(ledger, ...latency);
  const psp = new HttpPsp({ url: () => provider.url, secretKey: pspKey });
  const until = Date.now() + warmUpMs + seconds * 1_000;
  const customer = async () => {
    while (Date.now() < until)
      await psp.charge(
        { orderId: newId(), customerId: 'kim', amountWon: 9_000, billingKey: 'card-kim', answerBy: 0, tries: 0 },
        signal,
      );
  };
  await Promise.all(Array.from({ length: capacity }, customer));
  await provider.kill();
  const rate = chargesASecond(ledger, until);
  folder.remove();
  return rate;
}

/** As the provider's own ledger has it, over the measured seconds. */
const chargesASecond = (ledger: string, until: number): number =>
  ledgerLines(ledger).filter(({ kind, at }) => kind === 'captured' && at >= until - seconds * 1_000 && at < until)
    .length / seconds;

const place = (client: Broker, orderId: string, answerWithinMs = 10_000, payLater = false): Promise<Answer> => {
  const at = Date.now();
  const content = { customerId: 'kim', storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
  const data = { orderId, ...content, billingKey: 'card-kim', answerBy: at + answerWithinMs, payLater };
  return client.request({ id: newId(), type: 'PlaceOrder', key: orderId, at, data } as Envelope, answerWithinMs);
};

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

test('five times as many customers as it takes: it works at its limit, and the others are turned away at once', async () => {
  const alone = await measured();
  const at = stage('sqlite:');
  const ledger = `${at.settings.data}-ledger.jsonl`;
  const provider = await startPsp(ledger, ...latency);
  // Those who take orders and money have a process of their own, as anybody would run it who expects a crowd.
  const counter = await at.up('--quiet', '--psp', provider.url, '--actors', 'order,payment');
  const others = await at.up('--quiet', '--actors', 'kitchen,rider,notifier');
  const client = await openBroker(at.settings, 'client');
  const busyMs: number[] = [];
  const outcomes: Record<string, number> = {};
  const until = Date.now() + warmUpMs + seconds * 1_000;
  const customer = async () => {
    while (Date.now() < until) {
      const startedAt = performance.now();
      const answer = await place(client, newId());
      const outcome = answer.outcome === 'done' ? answer.status : answer.code;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (answer.outcome !== 'refused' || answer.code !== 'busy') continue;
      if (Date.now() > until - seconds * 1_000) busyMs.push(performance.now() - startedAt);
      assert.ok(answer.retryAfterMs! > 0, 'it says when to come again');
      await sleep(answer.retryAfterMs!);
    }
  };
  try {
    await Promise.all(Array.from({ length: customers }, customer));
    const goodput = chargesASecond(ledger, until);
    console.log(
      `alone ${alone.toFixed(1)} charges/s, behind the platform ${goodput.toFixed(1)} (${(goodput / alone).toFixed(2)}); ` +
        `busy after ${median(busyMs).toFixed(1)} ms in the median; ${JSON.stringify(outcomes)}`,
    );
    assert.equal(Object.keys(outcomes).toSorted(), ['busy', 'placed'], 'nobody is left in doubt');
    assert.ok(goodput >= 0.9 * alone, `it is used to ${(goodput / alone).toFixed(2)} of what it takes`);
    assert.ok(outcomes['busy']! > customers, 'it really was overloaded');
    // The quickest charge takes 400 ms: whoever is turned away has not waited for one.
    assert.ok(median(busyMs) <= proofLength({ short: 200, long: 50 }), `turned away after ${median(busyMs)} ms`);
    await eventually(async () => {
      const { code, data } = await at.json('audit', '--psp', provider.url, '--grace', '1');
      assert.equal(data.findings, []);
      assert.is(code, 0);
      assert.is(data.standing, outcomes['placed'], 'no unpaid order stands');
    });
  } finally {
    await client.close();
    await Promise.all([counter.kill(), others.kill()]);
    await provider.kill();
    await at.cleanUp();
  }
});

for (const [how, broken, whole] of [
  ['fails', { failRate: 1 }, { failRate: 0 }],
  ['hangs', { hangRate: 1 }, { hangRate: 0 }],
] as const)
  test(`a provider that ${how} is left alone for a moment, which shows, and is used again soon after it works again`, async () => {
    const at = stage('sqlite:');
    const ledger = `${at.settings.data}-ledger.jsonl`;
    const provider = await startPsp(ledger, '--latency-ms', '20-40');
    const up = await at.up('--quiet', '--psp', provider.url, '--psp-settle', '8');
    const client = await openBroker(at.settings, 'client');
    let stop = false;
    const placedAt: number[] = [];
    const answers: string[] = [];
    const customer = async () => {
      while (!stop) {
        const answer = await place(client, newId());
        if (answer.outcome === 'done') placedAt.push(Date.now());
        answers.push(answer.outcome === 'done' ? answer.status : answer.code);
        await sleep(answer.outcome === 'refused' && answer.retryAfterMs ? answer.retryAfterMs : 100);
      }
    };
    try {
      const all = Promise.all(Array.from({ length: 10 }, customer));
      await eventually(() => placedAt.length > 20);
      await provider.control(broken);
      await up.waitForLine('breaker: open');
      await eventually(() => answers.includes('busy'));
      await up.waitForLine('breaker: half-open');
      const before = placedAt.length;
      await provider.control(whole);
      const wholeAt = Date.now();
      await eventually(() => placedAt.length > before, { withinMs: 30_000 });
      await up.waitForLine('breaker: closed');
      await eventually(async () => {
        const { data } = await at.json('breaker', '--limit', '1000');
        const states = data.map(({ state }: { state: string }) => state);
        assert.is(states[0], 'open');
        assert.is(states.at(-1), 'closed');
        assert.ok(states.includes('half-open'));
      });
      console.log(`used again ${placedAt[before]! - wholeAt} ms after it ${how} no more`);
      assert.ok(placedAt[before]! - wholeAt <= 5_000, `${placedAt[before]! - wholeAt} ms`);
      stop = true;
      await all;
      await eventually(
        async () => {
          const { data } = await at.json('audit', '--psp', provider.url, '--grace', '1');
          assert.equal(data.findings, []);
        },
        { withinMs: 60_000, everyMs: 500 },
      );
      const system = await at.json('system');
      const { retried, buried } = system.data.actors.find(({ actor }: { actor: string }) => actor === 'payment');
      assert.equal([retried, buried], [0, 0], 'an open breaker uses no attempts up');
    } finally {
      stop = true;
      await client.close();
      await up.kill();
      await provider.kill();
      await at.cleanUp();
    }
  });

test('customers who pay later are all served once it works again, a few at a time', async () => {
  const at = stage('sqlite:');
  const ledger = `${at.settings.data}-ledger.jsonl`;
  const provider = await startPsp(ledger, '--latency-ms', '100-200', '--fail-rate', '1');
  const up = await at.up('--quiet', '--psp', provider.url);
  const client = await openBroker(at.settings, 'client');
  const count = proofLength({ short: 40, long: 400 });
  const ids = Array.from({ length: count }, () => newId());
  try {
    const answers = await Promise.all(ids.map((id) => place(client, id, 30_000, true)));
    assert.ok(answers.every((answer) => answer.outcome === 'done' && answer.status === 'payment-deferred'));
    assert.equal((await at.json('kitchen', 'list')).data, [], 'the store knows of none');
    await provider.control({ failRate: 0 });
    let most = 0;
    const watch = setInterval(() => void provider.control().then(({ inHand }) => (most = Math.max(most, inHand))), 20);
    await at.stories(ids, 120_000);
    clearInterval(watch);
    assert.ok(most > 0 && most <= 8, `${most} at once`);
    const { code, data } = await at.json('audit', '--psp', provider.url, '--grace', '1');
    assert.is(code, 0, JSON.stringify(data.findings));
    assert.is(data.standing, count);
  } finally {
    await client.close();
    await up.kill();
    await provider.kill();
    await at.cleanUp();
  }
});

test.run();
