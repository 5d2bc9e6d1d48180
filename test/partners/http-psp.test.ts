import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HttpPsp, pspOrderId } from '../../src/partners/http-psp.ts';
import type { PspFault } from '../../src/partners/psp-errors.ts';
import { ledgerLines, pspKey, type RunningPsp, startPsp } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { charge, faultOf, pspContract } from './contract.ts';

const { signal } = new AbortController();
setMaxListeners(0, signal); // many requests at once share it
const at = (url: string, secretKey = pspKey) => new HttpPsp({ url: () => url, secretKey });

pspContract('payment provider over HTTP', async () => {
  const folder = tempFolder();
  let process: RunningPsp | undefined;
  const again = async () => {
    await process?.kill('SIGKILL');
    process = await startPsp(folder.file('ledger.jsonl'));
    return at(process.url);
  };
  const close = async () => {
    await process!.kill('SIGKILL');
    folder.remove();
  };
  return { psp: await again(), again, close, voidForbids: false };
}).run();

const real = suite<{ folder: ReturnType<typeof tempFolder>; process: RunningPsp; psp: HttpPsp }>(
  'with a provider of its own process',
);
real.before.each(async (context) => {
  context.folder = tempFolder();
  context.process = await startPsp(context.folder.file('ledger.jsonl'));
  context.psp = at(context.process.url);
});
real.after.each(async ({ folder, process }) => {
  await process.kill('SIGKILL');
  folder.remove();
});

real('an answer that was lost is asked for again under the same key: charged once, and known', async (context) => {
  const { process, psp, folder } = context;
  await process.control({ loseRate: 1 });
  const asked = psp.charge(charge(), signal);
  await process.control({ loseRate: 0 });
  assert.is((await asked).outcome, 'approved');
  assert.equal(
    ledgerLines(folder.file('ledger.jsonl')).map(({ kind, orderId }) => [kind, orderId]),
    [['captured', 'order-1']],
  );
});

real('a provider that fails all the time is a fault, after which nobody knows what was done', async (context) => {
  await context.process.control({ failRate: 1 });
  const fault = await faultOf(context.psp.charge(charge(), signal));
  assert.is(fault.code, 'psp-failed');
  assert.is(fault.maybeDone, true);
});

real('an unknown card, an amount of zero and a customer with odd letters are answers', async ({ psp }) => {
  const unknown = await psp.charge(charge({ billingKey: 'no such/card?' }), signal);
  assert.is(unknown.outcome === 'declined' && unknown.code, 'INVALID_BILL_KEY_REQUEST');
  const nothing = await psp.charge(charge({ orderId: 'order-0', amountWon: 0 }), signal);
  assert.is(nothing.outcome === 'declined' && nothing.code, 'BELOW_MINIMUM_AMOUNT');
  const odd = await psp.charge(charge({ orderId: '피자', customerId: '김' }), signal);
  assert.is(odd.outcome, 'approved');
  assert.is((await psp.void({ orderId: '피자', look: 0 }, signal)).outcome, 'closed');
});

real('a wrong key is said to be wrong at once, and nothing was done', async ({ process }) => {
  const fault = await faultOf(at(process.url, 'test_sk_wrong').charge(charge(), signal));
  assert.is(fault.code, 'psp-key-refused');
  assert.is(fault.retry, false);
  assert.is(fault.maybeDone, false);
  assert.match(fault.message, /BAEDAL_PSP_KEY/);
  assert.is((await process.control()).counts['asked'], 0);
});

real('a provider that is not there did certainly nothing', async ({ process, psp }) => {
  await process.kill('SIGKILL');
  const fault = await faultOf(psp.charge(charge(), signal));
  assert.is(fault.code, 'psp-unreachable');
  assert.is(fault.maybeDone, false);
});

real('an overloaded provider says when it wants to be asked again, and is not asked at once', async (context) => {
  const { process, psp } = context;
  await process.control({ capacity: 1, latencyMs: [300, 300] });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, (_, i) => psp.charge(charge({ orderId: `order-${i}` }), signal)),
  );
  const faults = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as PspFault] : []));
  assert.is(faults.length, 3);
  for (const fault of faults) {
    assert.is(fault.code, 'psp-overloaded');
    assert.is(fault.maybeDone, false);
    assert.is((fault as PspFault & { retryAfterMs: number }).retryAfterMs, 1_000);
  }
  assert.is((await process.control()).counts['turnedAway'], 3);
});

real('a charge that is under way there already is waited for, and its answer is the first one’s', async (context) => {
  const { process, psp, folder } = context;
  await process.control({ latencyMs: [1_000, 1_000] });
  const first = psp.charge(charge(), AbortSignal.timeout(100)).catch(() => undefined); // as if we died
  await first;
  assert.is((await psp.charge(charge(), signal)).outcome, 'approved');
  assert.is(ledgerLines(folder.file('ledger.jsonl')).length, 1);
});

real('a charge that lands after it was given up is found by a later void', async ({ process, psp, folder }) => {
  await process.control({ hangRate: 1 });
  await psp.charge(charge(), AbortSignal.timeout(200)).then(
    () => assert.unreachable('it hangs'),
    () => {},
  );
  await process.control({ hangRate: 0 });
  assert.equal(await psp.void({ orderId: 'order-1', look: 0 }, signal), {
    orderId: 'order-1',
    outcome: 'absent',
    look: 0,
  });
  let later = await psp.void({ orderId: 'order-1', look: 1 }, signal);
  while (later.outcome === 'absent') {
    await sleep(50);
    later = await psp.void({ orderId: 'order-1', look: 1 }, signal);
  }
  assert.equal(later, { orderId: 'order-1', outcome: 'closed', amountWon: 9_000 });
  assert.is(ledgerLines(folder.file('ledger.jsonl')).length, 2, 'the charge, and what gave it back');
});
real.run();

const names = suite('names');
names('an order keeps its id with the provider where it can, and always has the same name there', () => {
  assert.is(pspOrderId('pizza-1'), 'pizza-1');
  for (const id of ['a1', '피자', 'x'.repeat(65), 'a@b.c']) {
    assert.match(pspOrderId(id), /^order=[A-Za-z0-9_-]{43}$/);
    assert.is(pspOrderId(id), pspOrderId(id));
  }
});
names.run();
