import { once } from 'node:events';
import net from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BrokerRefused, BrokerUnreachable } from '../../../src/broker/errors.ts';
import { openRabbitMq } from '../../../src/broker/rabbitmq/rabbitmq-broker.ts';
import { eventually } from '../../harness/eventually.ts';
import { contractTopology } from '../contract/stage.ts';
import { testUrl } from './place.ts';

const failureOf = (url: string, connectTimeoutMs = 5_000): Promise<Error & { retry?: boolean }> =>
  openRabbitMq({ url, topology: contractTopology('t'), now: Date.now, connectTimeoutMs }).then(
    () => assert.unreachable('it opened') as never,
    (error) => error,
  );

/** Something that listens, and does with a connection what it is told. */
async function listener(onConnection: (socket: net.Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as net.AddressInfo).port, close };
}

test('nobody listening is unreachable, and is said so without the password', async () => {
  const { port, close } = await listener(() => {});
  await close();
  const failure = await failureOf(`amqp://cook:s3cret@127.0.0.1:${port}`, 500);
  assert.instance(failure, BrokerUnreachable);
  assert.match(failure.message, `amqp://cook:***@127.0.0.1:${port}`);
  assert.match(failure.message, 'ECONNREFUSED');
  assert.not.match(failure.message, 's3cret');
});

test('a listener that never says anything is unreachable', async () => {
  const { port, close } = await listener(() => {});
  const start = Date.now();
  const failure = await failureOf(`amqp://127.0.0.1:${port}`, 700);
  assert.instance(failure, BrokerUnreachable);
  assert.ok(Date.now() - start < 10_000, 'it took for ever');
  await close();
});

test('a listener that goes on greeting for ever is unreachable, and no socket is left to it', async () => {
  let open = 0;
  const { port, close } = await listener((socket) => {
    open++;
    // The beginning of a frame of a megabyte, and the rest of it a byte at a time: never silent, never done.
    socket.write(Buffer.from([1, 0, 0, 0, 15, 0, 0]));
    const talking = setInterval(() => socket.write('.'), 50);
    socket.on('close', () => {
      open--;
      clearInterval(talking);
    });
  });
  const failure = await failureOf(`amqp://127.0.0.1:${port}`, 700);
  assert.instance(failure, BrokerUnreachable);
  await eventually(() => assert.is(open, 0));
  await close();
});

test('a listener that speaks something else is unreachable', async () => {
  const { port, close } = await listener((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  assert.instance(await failureOf(`amqp://127.0.0.1:${port}`, 700), BrokerUnreachable);
  await close();
});

test('a wrong password is refused at once, without a second try', async () => {
  const url = new URL(testUrl());
  url.password = 's3cret-and-wrong';
  const failure = await failureOf(url.href, 60_000);
  assert.instance(failure, BrokerRefused);
  assert.is(failure.retry, false);
  assert.match(failure.message, 'user or password');
  assert.not.match(failure.message, 's3cret');
});

test('a wrong virtual host is refused at once, and named', async () => {
  const url = new URL(testUrl());
  url.pathname = '/no-such-host';
  const failure = await failureOf(url.href, 60_000);
  assert.instance(failure, BrokerRefused);
  assert.match(failure.message, 'no-such-host');
});

test.run();
