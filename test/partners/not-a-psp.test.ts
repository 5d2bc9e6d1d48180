import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as listen, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HttpPsp } from '../../src/partners/http-psp.ts';
import { pspKey } from '../harness/psp.ts';
import { charge, faultOf } from './contract.ts';

const signal = new AbortController().signal;

const odd = suite<{ server: Server; psp: HttpPsp; answer: RequestListener }>('with something else at its address');
odd.before.each(async (context) => {
  context.server = createServer((request, response) => context.answer(request, response));
  await new Promise<void>((resolve) => context.server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(context.server.address() as AddressInfo).port}`;
  context.psp = new HttpPsp({ url: () => url, secretKey: pspKey });
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
      const more = () => response.destroyed || response.write('x'.repeat(1 << 20), () => setImmediate(more));
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
odd('who it is that asks, and in what it wants the answer, is said', async (context) => {
  let said: unknown[] = [];
  context.answer = ({ headers }, response) => {
    said = [headers['user-agent'], headers.accept];
    response.end(JSON.stringify(payment));
  };
  await context.psp.charge(charge(), signal);
  assert.equal(said, ['baedal', 'application/json']);
});

odd('an address at which no connection comes to stand is waited for no longer than it is worth', async () => {
  const silent = listen(() => {}); // takes the connection, and says nothing of what TLS needs to hear
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const psp = new HttpPsp({
    url: () => `https://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    secretKey: pspKey,
  });
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'still waiting').unref());
  const said = await Promise.race([
    late,
    psp.check(AbortSignal.timeout(100)).then(
      () => undefined,
      ({ name }: Error) => name,
    ),
  ]);
  for (const socket of sockets) socket.destroy();
  silent.close();
  assert.is(said, 'TimeoutError');
});

odd.run();
