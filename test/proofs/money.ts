import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../src/actors/actor.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { newId } from '../../src/cli/new-id.ts';
import { folderOf, openBroker } from '../../src/cli/open-broker.ts';
import { findOrder } from '../../src/readmodel/find-order.ts';
import { openForQueries } from '../../src/readmodel/schema.ts';
import { randomFrom } from '../../src/simulation/random.ts';
import { type Stage, stage } from '../cli/platform-under-test.ts';
import type { Running } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { proofLength } from '../harness/proof-length.ts';
import { ledgerLines, startPsp } from '../harness/psp.ts';

/** Orders, and how often the platform is killed while they come. */
const orders = proofLength({ short: 150, long: 4_000 });
const kills = proofLength({ short: 3, long: 60 });
const everyMs = 40;

type Told = { orderId: string; answer?: Answer; cancelled?: Answer };

/**
 * Customers order, pay later, think again and have cards that do not pay, at a provider that loses answers, hangs, fails and lands charges
 * long after it was given up on, while the platform is killed with -9 again and again. Afterwards every won is accounted for.
 */
export function moneySuite(name: string, broker: () => string) {
  const test = suite(name);
  test(`after ${kills} kills among ${orders} orders at a broken provider, not a won is lost or kept for nothing`, async () => {
    const at = stage(broker());
    // The audit is not to wait for voids that are still looking: until they are done, that is a finding.
    Object.assign(at.env, { BAEDAL_PSP_SETTLE: '0.001' });
    const ledger = `${at.settings.data}-ledger.jsonl`;
    const psp = await startPsp(ledger, '--latency-ms', '5-60', '--decline-rate', '0.05');
    const flags = ['--quiet', '--psp', psp.url, '--psp-settle', '8', '--pay-later-for', '60'];
    const up = () => at.up(...flags);
    const platform = { now: await up() };
    try {
      await psp.control({ failRate: 0.05, hangRate: 0.02, loseRate: 0.05 });
      const client = await openBroker(at.settings, 'client');
      const told = placeAll(client, randomFrom(20_260_102));
      await killAgainAndAgain(platform, up);
      await psp.control({ failRate: 0, hangRate: 0, loseRate: 0 });
      const answers = await told;
      await client.close();
      await isOver(at);

      const { code, data } = await at.json('audit', '--psp', psp.url, '--grace', '1');
      assert.equal(data.findings, []);
      assert.is(code, 0);
      assert.is(data.orders, orders);
      assert.is(data.psp.capturedWon - data.psp.cancelledWon, data.keptWon);
      hold(at, answers, ledger);
    } finally {
      await platform.now.kill('SIGKILL');
      await psp.kill('SIGKILL');
      await at.cleanUp();
    }
  });
  return test;
}

/** One order after the other. What becomes of each is for fate to say; every answer is kept that anybody got. */
async function placeAll(client: Awaited<ReturnType<typeof openBroker>>, random: () => number): Promise<Told[]> {
  const answerWithinMs = 20_000;
  const ask = (type: string, orderId: string, data: object): Promise<Answer | undefined> => {
    const at = Date.now();
    const envelope = { id: newId(), type, key: orderId, at, data: { orderId, ...data, answerBy: at + answerWithinMs } };
    return client.request(envelope as Envelope, answerWithinMs).catch(() => undefined);
  };
  const one = async (): Promise<Told> => {
    const orderId = newId();
    const [later, cancels, sooner] = [random() < 0.3, random() < 0.3, random() < 0.5];
    const content = { customerId: 'kim', storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
    const placing = ask('PlaceOrder', orderId, { ...content, billingKey: 'card-kim', payLater: later });
    if (cancels && !sooner) await placing;
    const cancelled = cancels ? await ask('CancelOrder', orderId, { reason: 'second thoughts' }) : undefined;
    const answer = await placing;
    return { orderId, ...(answer && { answer }), ...(cancelled && { cancelled }) };
  };
  const all: Promise<Told>[] = [];
  for (let i = 0; i < orders; i++) {
    all.push(one());
    await sleep(everyMs);
  }
  return Promise.all(all);
}

async function killAgainAndAgain(platform: { now: Running }, up: () => Promise<Running>): Promise<void> {
  const random = randomFrom(20_260_103);
  const spanMs = (orders * everyMs) / kills;
  for (let i = 0; i < kills; i++) {
    await sleep(spanMs * (0.2 + random() * 0.6));
    await platform.now.kill('SIGKILL');
    platform.now = await up();
  }
}

/** Nothing is under way any more: every order has ended, and every void and refund has got through. */
async function isOver(at: Stage): Promise<void> {
  await eventually(
    async () => {
      const { data } = await at.json('order', 'list', '--limit', '10000');
      const open = data.filter(
        (order: { status: string; paidWon: number; refundedWon: number }) =>
          !['delivered', 'rejected', 'refused', 'cancelled'].includes(order.status) ||
          (order.status !== 'delivered' && order.paidWon !== order.refundedWon),
      );
      if (open.length > 0) throw new Error(`${open.length} are not over, such as ${JSON.stringify(open[0])}`);
    },
    { withinMs: 90_000, everyMs: 1_000 },
  );
  // Voids that found nothing look again for eight seconds, and people are still being told.
  await eventually(
    async () => {
      const { data } = await at.json('audit', '--grace', '1');
      assert.equal(data.findings, []);
    },
    { withinMs: 60_000, everyMs: 1_000 },
  );
}

/** What customers were promised is what became of it. */
function hold(at: Stage, answers: readonly Told[], ledger: string): void {
  const db = openForQueries(folderOf(at.settings));
  try {
    for (const { orderId, answer, cancelled } of answers) {
      const story = findOrder(db, orderId);
      const tale = JSON.stringify({ answer, cancelled, story });
      if (answer?.outcome === 'done' && answer.status === 'placed')
        assert.ok(
          story?.timeline.some(({ type }) => type === 'OrderPlaced'),
          `told placed: ${tale}`,
        );
      if (answer?.outcome === 'refused') assert.is.not(story?.status, 'delivered', `told no: ${tale}`);
      if (cancelled?.outcome === 'done') assert.is(story?.status, 'cancelled', `told cancelled: ${tale}`);
      if (cancelled?.outcome === 'refused' && cancelled.code === 'too-late')
        assert.is(story?.status, 'delivered', `told too late: ${tale}`);
    }
  } finally {
    db.close();
  }
  const captured = ledgerLines(ledger).filter(({ kind }) => kind === 'captured');
  assert.is(new Set(captured.map(({ orderId }) => orderId)).size, captured.length, 'charged once');
  assert.ok(captured.length > orders / 4, 'most could pay');
  const settled = answers.filter(({ answer }) => answer).length;
  console.log(`${orders} orders, ${kills} kills: ${settled} answered, ${captured.length} captured`);
}
