import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { priceOrder } from '../../actors/menu.ts';
import type { Messages, OrderStatus } from '../../actors/messages.ts';
import { isOver } from '../../actors/order/order-state.ts';
import type { Broker } from '../../broker/broker.ts';
import { findOrder, type OrderStory } from '../../readmodel/find-order.ts';
import { newOrderId, parseId, parseItem, parsePositive } from '../arguments.ts';
import { ask, watch, withBroker } from '../client.ts';
import { Interrupted, Refused, TimedOut, UsageError } from '../exit-code.ts';
import { menuInUse } from '../menu-in-use.ts';
import { now } from '../open-broker.ts';
import { print, printJson, say } from '../print.ts';
import { printStory } from '../print-story.ts';
import type { Settings } from '../settings.ts';
import { shown, won } from '../show.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = {
  customer: string;
  store: string;
  item: string[];
  orderId?: string;
  card?: string;
  wait: string;
  timeout?: string;
};

const answerWithinMs = 10_000;
const deliverWithinMs = 120_000;
/** How long we ask about an order that our own menu says cannot be taken. */
const doubtfulMs = 2_000;

/** `baedal order place` */
export async function orderPlace(settings: Settings, flags: Flags): Promise<void> {
  if (flags.wait !== 'placed' && flags.wait !== 'delivered')
    throw new UsageError(`--wait takes placed or delivered, not "${flags.wait}".`);
  const timeoutMs =
    flags.timeout === undefined ? undefined : 1_000 * parsePositive(flags.timeout, 'The timeout in seconds', 86_400);
  const orderId = flags.orderId === undefined ? newOrderId() : parseId(flags.orderId, 'The order id');
  const customerId = parseId(flags.customer, 'The customer');
  const storeId = parseId(flags.store, 'The store');
  const lines = itemsOf(flags.item).map(parseItem);
  if (lines.length === 0) throw new UsageError('The cart is empty. Add at least one --item.');
  const billingKey = parseId(flags.card ?? `card-${customerId}`, 'The card');

  const content = { orderId, customerId, storeId, lines, billingKey };

  const signal = untilSignal(
    `Not waiting any more. The order ${orderId} may still be placed; see \`baedal order status ${orderId}\`.`,
  );
  await withBroker(settings, async (broker) => {
    const withinMs = flags.wait === 'placed' ? (timeoutMs ?? answerWithinMs) : answerWithinMs;
    const { status, totalWon = null } = await untilAborted(signal, () => place(settings, broker, content, withinMs));
    if (flags.wait === 'delivered')
      return waitForDelivery(settings, broker, orderId, timeoutMs ?? deliverWithinMs, signal);
    if (settings.json) return printJson({ orderId, status, customerId, storeId, lines, totalWon });
    print(`${shown(status as OrderStatus, settings.lang)}  ${orderId}  ${won(totalWon)} won`);
    say(`See how it goes: baedal order status ${orderId} --watch`);
  });
}

/** Asks the order actor. It is the judge of its menu; only where it is away does the one we know of count. */
async function place(
  settings: Settings,
  broker: Broker,
  content: Omit<Messages['PlaceOrder'], 'answerBy'>,
  withinMs: number,
) {
  const doubt = priceOrder(menuInUse(settings), content.storeId, content.lines);
  const waitMs = 'refusal' in doubt ? Math.min(withinMs, doubtfulMs) : withinMs;
  try {
    return await ask(broker, 'PlaceOrder', { ...content, answerBy: now() + waitMs }, waitMs);
  } catch (error) {
    if (error instanceof TimedOut && 'refusal' in doubt) throw new Refused(doubt.refusal.code, doubt.refusal.reason);
    throw error;
  }
}

/** What `work` gives, unless the signal comes first. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw new Interrupted();
  const aborted = once(signal, 'abort').then(() => {
    throw new Interrupted();
  });
  return Promise.race([work(), aborted]);
}

async function waitForDelivery(
  settings: Settings,
  broker: Broker,
  orderId: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  let story: OrderStory | undefined;
  let seen = '';
  const look = (db: Parameters<typeof findOrder>[0]): boolean => {
    story = findOrder(db, orderId);
    if (!story) return false;
    if (story.status !== seen) say(`${shown(story.status, settings.lang)}`);
    seen = story.status;
    return isOver(story.status);
  };
  await watch(settings, broker, look, { timeoutMs, signal, waitingFor: `The delivery of order ${orderId}` });
  if (settings.json) printJson(story);
  else printStory(story!, settings.lang);
  if (story?.status !== 'delivered')
    throw new Refused(story!.status, `The order ${orderId} was ${story?.status}, not delivered.`);
}

const itemsOf = (given: readonly string[]): string[] =>
  given.flatMap((item) =>
    item === '-'
      ? readFileSync(0, 'utf8')
          .split('\n')
          .filter((line) => line.trim() !== '')
      : [item],
  );
