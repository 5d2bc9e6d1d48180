import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { OrderStatus } from '../../actors/messages.ts';
import { isOver } from '../../actors/order/order-state.ts';
import type { Broker } from '../../broker/broker.ts';
import { Refused } from '../../client/errors.ts';
import { newOrderId } from '../../client/ids.ts';
import { type OrderContent, placeOrder } from '../../client/place-order.ts';
import { findOrder, type OrderStory } from '../../readmodel/find-order.ts';
import { parseId, parseItem, parsePositive } from '../arguments.ts';
import { watch, withBroker } from '../client.ts';
import { Interrupted, UsageError } from '../exit-code.ts';
import { menuInUse } from '../menu-in-use.ts';
import { print, printJson, say } from '../print.ts';
import { printStory } from '../print-story.ts';
import { somebodyIsThere } from '../question.ts';
import type { Settings } from '../settings.ts';
import { shown, won } from '../show.ts';
import { offerToTryAgain } from '../try-again.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = {
  customer: string;
  store: string;
  item: string[];
  orderId?: string;
  card?: string;
  payLater?: boolean;
  wait: string;
  timeout?: string;
};

const answerWithinMs = 10_000;
const deliverWithinMs = 120_000;

/** `baedal order place` */
export async function orderPlace(settings: Settings, flags: Flags): Promise<void> {
  if (flags.wait !== 'placed' && flags.wait !== 'delivered')
    throw new UsageError(`--wait takes placed or delivered, not "${flags.wait}".`);
  const timeoutMs =
    flags.timeout === undefined ? undefined : 1_000 * parsePositive(flags.timeout, 'The timeout in seconds', 86_400);
  const firstId = flags.orderId === undefined ? newOrderId() : parseId(flags.orderId, 'The order id');
  const customerId = parseId(flags.customer, 'The customer');
  const storeId = parseId(flags.store, 'The store');
  const lines = itemsOf(flags.item).map(parseItem);
  if (lines.length === 0) throw new UsageError('The cart is empty. Add at least one --item.');
  const billingKey = parseId(flags.card ?? `card-${customerId}`, 'The card');

  const content = { customerId, storeId, lines, billingKey, ...(flags.payLater && { payLater: true }) };

  const asking: { orderId?: string } = {};
  const signal = untilSignal(() =>
    asking.orderId === undefined
      ? 'Not trying again.'
      : `Not waiting any more. The order ${asking.orderId} may still be placed; see \`baedal order status ${asking.orderId}\`.`,
  );
  await withBroker(settings, async (broker) => {
    const withinMs = flags.wait === 'placed' ? (timeoutMs ?? answerWithinMs) : answerWithinMs;
    const placed = await placeOrGuide(settings, broker, { orderId: firstId, ...content }, withinMs, signal, asking);
    const { orderId, status, totalWon = null } = placed;
    if (flags.wait === 'delivered')
      return waitForDelivery(settings, broker, orderId, timeoutMs ?? deliverWithinMs, signal);
    if (settings.json) return printJson({ orderId, status, customerId, storeId, lines, totalWon });
    print(`${shown(status as OrderStatus, settings.lang)}  ${orderId}  ${won(totalWon)} won`);
    if (status === 'payment-deferred')
      say(
        `The payment system is busy. You will be charged as soon as it works again, and told. Until then nothing is charged, and \`baedal order cancel ${orderId}\` takes it back.`,
      );
    else say(`See how it goes: baedal order status ${orderId} --watch`);
  });
}

/** Places it. Where the payment system is busy, says when to come again; on a terminal it counts down and offers to try again. */
async function placeOrGuide(
  settings: Settings,
  broker: Broker,
  content: OrderContent,
  withinMs: number,
  signal: AbortSignal,
  asking: { orderId?: string },
): Promise<Awaited<ReturnType<typeof placeOrder>>> {
  asking.orderId = content.orderId;
  try {
    return await untilAborted(signal, () => placeOrder(broker, menuInUse(settings), content, withinMs));
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'busy') throw error;
    const { retryAfterMs = 1_000, message } = error;
    const seconds = Math.ceil(retryAfterMs / 1_000);
    const guide = `${message} Try again in ${seconds} s, or use --pay-later to be charged when it works again.`;
    const turnedAway = new Refused('busy', guide, retryAfterMs);
    if (settings.json || !somebodyIsThere()) throw turnedAway;
    delete asking.orderId;
    say(message);
    if (!(await offerToTryAgain(seconds, signal))) throw turnedAway;
    // What was turned away is over, so this is another order.
    return placeOrGuide(settings, broker, { ...content, orderId: newOrderId() }, withinMs, signal, asking);
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
