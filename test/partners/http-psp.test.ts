import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HttpPsp, pspOrderId } from '../../src/partners/http-psp.ts';
import { PspFault } from '../../src/partners/psp-errors.ts';
import { ledgerLines, pspKey, type RunningPsp, startPsp } from '../harness/psp.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { charge, pspContract } from './contract.ts';

const signal = new AbortController().signal;
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
  while (ledgerLines(folder.file('ledger.jsonl')).length === 0) await new Promise((done) => setTimeout(done, 50));
  assert.equal(await psp.void({ orderId: 'order-1', look: 0 }, signal), {
    orderId: 'order-1',
    outcome: 'closed',
    amountWon: 9_000,
  });
});
real.run();

const odd = suite<{ server: Server; psp: HttpPsp; answer: RequestListener }>('with something else at its address');
odd.before.each(async (context) => {
  context.server = createServer((request, response) => context.answer(request, response));
  await new Promise<void>((resolve) => context.server.listen(0, '127.0.0.1', resolve));
  context.psp = at(`http://127.0.0.1:${(context.server.address() as AddressInfo).port}`);
});
odd.after.each(({ server }) => {
  server.closeAllConnections();
  server.close();
});

const payment = { paymentKey: 'p', orderId: 'order-1', status: 'DONE', totalAmount: 9_000, balanceAmount: 9_000 };
const answers: [title: string, answer: RequestListener, what: RegExp][] = [
  ['a page', (_, response) => response.end('<html>hello</html>'), /not JSON/],
  ['a redirect', (_, response) => response.writeHead(302, { location: '/login' }).end(), /a redirect/],
  ['an error page', (_, response) => response.writeHead(404).end('<h1>Not found</h1>'), /without a code/],
  ['other JSON', (_, response) => response.end('{"hello":"world"}'), /no payment/],
  ['nothing', (_, response) => response.end(), /not JSON/],
  [
    'a payment of another amount',
    (_, response) => response.end(JSON.stringify({ ...payment, totalAmount: 90_000, balanceAmount: 90_000 })),
    /charged 90000 won/,
  ],
  [
    'a payment of another order',
    (_, response) => response.end(JSON.stringify({ ...payment, orderId: 'order-9' })),
    /for order-9/,
  ],
  [
    'an answer without an end',
    (_, response) => {
      const more = () => response.write('x'.repeat(1 << 20), () => setImmediate(more));
      more();
    },
    /longer than/,
  ],
];
for (const [title, answer, what] of answers)
  odd(`${title} is no answer: nobody knows what was done, and it says where to look`, async (context) => {
    context.answer = answer;
    const fault = await faultOf(context.psp.charge(charge(), signal));
    assert.is(fault.code, 'psp-nonsense');
    assert.is(fault.maybeDone, true);
    assert.match(fault.message, what);
    assert.match(fault.message, /Check the address in --psp/);
  });

odd('a 503 from something in between is no word of the provider: it may have charged', async (context) => {
  context.answer = (_, response) => response.writeHead(503).end('<h1>Bad gateway</h1>');
  const fault = await faultOf(context.psp.charge(charge(), signal));
  assert.is(fault.maybeDone, true);
});

odd('turned away after an answer was lost, nobody knows what was done', async (context) => {
  let asked = 0;
  context.answer = (request, response) => {
    asked++;
    if (asked === 1) request.socket.destroy();
    else response.writeHead(503, { 'retry-after': '1' }).end('{"code":"BUSY","message":"Busy."}');
  };
  const fault = await faultOf(context.psp.charge(charge(), signal));
  assert.is(asked, 2);
  assert.is(fault.maybeDone, true);
});

odd('a refund that leaves money behind is no refund', async (context) => {
  context.answer = (_, response) => response.end(JSON.stringify({ ...payment, balanceAmount: 1_000 }));
  const fault = await faultOf(
    context.psp.refund({ orderId: 'order-1', amountWon: 9_000, reason: 'x', paymentKey: 'p' }, signal),
  );
  assert.match(fault.message, /1000 won are left/);
});

odd('every request under a key says the same to the letter', async (context) => {
  const said: string[] = [];
  context.answer = (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      said.push([request.headers['idempotency-key'], request.headers.authorization, request.url, body].join(' '));
      response.end(JSON.stringify(payment));
    });
  };
  await context.psp.charge(charge(), signal);
  await context.psp.charge(charge({ answerBy: 99, tries: 1 }), signal);
  assert.is(said[0], said[1]);
  const basic = Buffer.from(`${pspKey}:`).toString('base64');
  assert.match(said[0]!, `charge-order-1 Basic ${basic} /v1/billing/card-kim {"customerKey":"kim","amount":9000,`);
});
odd.run();

const names = suite('names');
names('an order keeps its id with the provider where it can, and always has the same name there', () => {
  assert.is(pspOrderId('pizza-1'), 'pizza-1');
  for (const id of ['a1', '피자', 'x'.repeat(65), 'a@b.c']) {
    assert.match(pspOrderId(id), /^order=[A-Za-z0-9_-]{43}$/);
    assert.is(pspOrderId(id), pspOrderId(id));
  }
});
names.run();

async function faultOf(asked: Promise<unknown>): Promise<PspFault> {
  const fault = await asked.then(
    (answer) => new Error(`It was answered: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(fault instanceof PspFault)) throw fault;
  return fault;
}
