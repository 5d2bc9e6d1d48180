import type { Broker } from '../src/broker/broker.ts';

/** What of a broker hosts, and those who ask them, use. */
export type UsedBroker = Pick<Broker, 'publish' | 'bury' | 'consume' | 'answer' | 'request'>;

/** The same broker, with some of it replaced. */
export const withReplaced = (broker: UsedBroker, replaced: Partial<UsedBroker>): UsedBroker => ({
  publish: (messages) => broker.publish(messages),
  bury: (letters) => broker.bury(letters),
  consume: (queue, options) => broker.consume(queue, options),
  answer: (to, answer) => broker.answer(to, answer),
  request: (envelope, timeoutMs) => broker.request(envelope, timeoutMs),
  ...replaced,
});
