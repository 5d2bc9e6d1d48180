import type { Commands, OrderStatus } from '../actors/messages.ts';
import { ask } from '../client/ask.ts';
import { parseId } from './arguments.ts';
import { withBroker } from './client.ts';
import { print, printJson } from './print.ts';
import type { Settings } from './settings.ts';
import { shown } from './show.ts';

const answerWithinMs = 10_000;

/** Makes one request about one order, and prints the status that came of it. */
export async function act<T extends keyof Commands>(settings: Settings, type: T, data: Commands[T]): Promise<void> {
  parseId(data.orderId, 'The order id');
  const { orderId, status } = await withBroker(settings, (broker) => ask(broker, type, data, answerWithinMs));
  if (settings.json) printJson({ orderId, status });
  else print(`${shown(status as OrderStatus, settings.lang)}  ${orderId}`);
}
