import { readFileSync } from 'node:fs';
import { priceOrder } from '../../actors/menu.ts';
import type { Messages } from '../../actors/messages.ts';
import { isOver } from '../../actors/order/order-state.ts';
import type { Broker } from '../../broker/broker.ts';
import { findOrder, type OrderStory } from '../../readmodel/find-order.ts';
import { newOrderId, parseId, parseItem, parsePositive } from '../arguments.ts';
import { ask, watch, withBroker } from '../client.ts';
import { Refused, TimedOut, UsageError } from '../exit-code.ts';
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

  await withBroker(settings, async (broker) => {
    const place = (withinMs: number): ReturnType<typeof ask> => {
      const data: Messages['PlaceOrder'] = {
        orderId,
        customerId,
        storeId,
        lines,
        billingKey,
        answerBy: now() + withinMs,
      };
      return ask(broker, 'PlaceOrder', data, withinMs);
    };
    const withinMs = flags.wait === 'placed' ? (timeoutMs ?? answerWithinMs) : answerWithinMs;
    const doubt = priceOrder(menuInUse(settings), storeId, lines);
    const { status, totalWon } = await place('refusal' in doubt ? Math.min(withinMs, doubtfulMs) : withinMs).catch(
      (error: unknown) => {
        // The order actor is the judge of its menu. Only where it is away does ours count.
        if (error instanceof TimedOut && 'refusal' in doubt)
          throw new Refused(doubt.refusal.code, doubt.refusal.reason);
        throw error;
      },
    );
    if (flags.wait === 'delivered') return waitForDelivery(settings, broker, orderId, timeoutMs ?? deliverWithinMs);
    if (settings.json) return printJson({ orderId, status, customerId, storeId, lines, totalWon: totalWon ?? null });
    print(`${shown('placed', settings.lang)}  ${orderId}  ${won(totalWon ?? null)} won`);
    say(`See how it goes: baedal order status ${orderId} --watch`);
  });
}

async function waitForDelivery(settings: Settings, broker: Broker, orderId: string, timeoutMs: number): Promise<void> {
  const signal = untilSignal(`Not waiting any more; the order ${orderId} goes on.`);
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
