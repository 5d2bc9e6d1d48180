import { type ChannelModel, connect } from 'amqplib';
import { reasonOf } from '../../errors.ts';
import { BrokerRefused } from '../errors.ts';
import { virtualHostOf } from './broker-url.ts';
import { within } from './deadline.ts';
import { endConnection, Generation } from './generation.ts';

/** Milliseconds one try to connect may take, handshake included. */
const connectMs = 5_000;

/**
 * Opens both connections of a generation, or none.
 * @param url as `connectUrls` made it
 * @throws {BrokerRefused} wrong user, password or virtual host
 */
export async function connectGeneration(url: string, redactedUrl: string, patienceMs = connectMs): Promise<Generation> {
  const timeout = Math.max(1, Math.min(connectMs, patienceMs));
  const tries = await Promise.allSettled([
    connectOne(url, redactedUrl, 'publish', timeout),
    connectOne(url, redactedUrl, 'consume', timeout),
  ]);
  const [publishing, consuming] = tries;
  if (publishing.status === 'fulfilled' && consuming.status === 'fulfilled')
    return new Generation({ publishing: publishing.value, consuming: consuming.value });
  for (const one of tries) if (one.status === 'fulfilled') void endConnection(one.value, 500);
  throw publishing.status === 'rejected' ? publishing.reason : (consuming as PromiseRejectedResult).reason;
}

/**
 * One connection. Whoever has it listens for its errors and ends it.
 * @param purpose stands in its name, which the broker shows
 * @param timeout milliseconds, handshake included
 * @throws {BrokerRefused} wrong user, password or virtual host
 */
export async function connectOne(
  url: string,
  redactedUrl: string,
  purpose: string,
  timeout: number,
): Promise<ChannelModel> {
  const giveUp = new AbortController();
  const options = {
    timeout,
    noDelay: true,
    keepAlive: true,
    signal: giveUp.signal, // node's sockets take it, though amqplib's types do not name it
    clientProperties: { connection_name: `baedal ${purpose} (process ${process.pid})` },
  };
  const opening = connect(url, options);
  opening.then(
    (model) => model.on('error', () => {}), // until the generation listens; without a listener the process would die
    () => {},
  );
  try {
    // The timeout above counts silence only; a peer that says a byte now and then must not hold us for ever.
    return await within(opening, timeout, 'Connecting');
  } catch (thrown) {
    giveUp.abort(); // destroys the socket: a peer that stalls in the handshake must not keep it
    const text = reasonOf(thrown);
    if (/ACCESS[-_]REFUSED/.test(text)) throw new BrokerRefused(redactedUrl, 'wrong user or password', thrown);
    // amqplib keeps what the broker said to itself here; but this is where it looks at the virtual host.
    if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(text)) {
      const name = virtualHostOf(url);
      throw new BrokerRefused(redactedUrl, `there is no virtual host "${name}", or this user may not use it`, thrown);
    }
    // A name with several addresses fails with all their failures, and says nothing itself.
    throw thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  }
}
