import type { Broker } from '../../../src/broker/broker.ts';
import type { Envelope } from '../../../src/broker/envelope.ts';
import type { Order, Said, Transport } from './stage.ts';

/** A process that does with its broker what it is told to, and says what came of it. Started by stage.ts. */
const { module, options } = JSON.parse(process.argv[2]!) as Transport['opener'];
const broker = await ((await import(module)) as { open(options: unknown): Promise<Broker> }).open(options);

const say = (what: string, ids: string[] = [], detail = '') => process.send!({ say: what, ids, detail } satisfies Said);

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'publish':
      await broker.publish(order.messages);
      return void say('published');
    case 'publish and die':
      await broker.publish(order.messages);
      return void process.kill(process.pid, 'SIGKILL');
    case 'publish until killed':
      await Promise.all(Array.from({ length: 5 }, (_, stream) => publishOn(order, stream)));
      return;
    case 'consume':
      await broker.consume(order.queue, {
        prefetch: order.prefetch,
        onDeliveries: (deliveries) => {
          if (order.ack) for (const delivery of deliveries) delivery.ack();
          say(
            'took',
            deliveries.map(({ envelope }) => envelope.id),
          );
        },
      });
      return void say('consuming');
    case 'answer':
      await broker.consume(order.queue, {
        prefetch: 10,
        onDeliveries: (deliveries) => {
          for (const { envelope, ack } of deliveries) {
            if (envelope.replyTo)
              broker.answer(envelope.replyTo, { outcome: 'done', orderId: envelope.key, status: envelope.id });
            ack();
          }
        },
      });
      return void say('answering');
    case 'listen':
      await broker.onBroadcast((body) => {
        const { run, n } = body as { run: string; n: number };
        say('heard', [`${run} ${n}`]);
      });
      return void say('listening');
    case 'broadcast until killed':
      broker.broadcast(order.body);
      setInterval(() => broker.broadcast(order.body), 200);
      return;
    case 'request':
      return void say('answered', [], JSON.stringify(await broker.request(order.envelope, order.timeoutMs)));
  }
}

async function publishOn(
  { type, key, prefix }: Extract<Order, { do: 'publish until killed' }>,
  stream: number,
): Promise<void> {
  for (let n = 0; ; n += 1) {
    const batch: Envelope[] = [0, 1, 2].map((i) => ({
      id: `${prefix}-${stream}.${n}.${i}`,
      type,
      key,
      at: Date.now(),
      data: { orderId: key },
    }));
    await broker.publish(batch.map((envelope) => ({ envelope })));
    say(
      'stored',
      batch.map(({ id }) => id),
    );
  }
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit());
say('ready');
