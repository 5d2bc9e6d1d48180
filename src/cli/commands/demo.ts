import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Menu } from '../../actors/menu.ts';
import { demoPace } from '../../actors/pace.ts';
import { ask } from '../../client/ask.ts';
import { Refused } from '../../client/errors.ts';
import { newOrderId } from '../../client/ids.ts';
import { BaedalError, reasonOf } from '../../errors.ts';
import { randomFrom } from '../../simulation/random.ts';
import { type Wish, wishesOf } from '../../simulation/wishes.ts';
import { parseCount, parsePositive } from '../arguments.ts';
import { showsByItself } from '../dashboard/has-terminal.ts';
import { Log } from '../dashboard/log.ts';
import type { DashboardOptions } from '../dashboard/run-dashboard.tsx';
import { Interrupted } from '../exit-code.ts';
import { catalogOf } from '../menu-in-use.ts';
import { now } from '../open-broker.ts';
import { openPsp } from '../open-psp.ts';
import { type Platform, startPlatform } from '../platform.ts';
import { print, printJson, say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { untilSignal } from '../until-signal.ts';
import { DemoStories } from './demo-stories.ts';

type Flags = { orders: string; speed: string; seed: string; data?: string };

/** Orders that did not come to an end, or money that does not add up. */
class DemoFailed extends BaedalError {
  readonly code = 'demo-failed';
  readonly retry = false;
}

/** One card in twelve does not pay, and one customer in fifteen has second thoughts as soon as the order stands. */
const demoMix = { badCards: 1 / 12, cancel: 1 / 15 };

const answerWithinMs = 30_000;
const finishWithinMs = 120_000;

const stopping = 'Stopping: finishing what is in hand.';

/** `baedal demo`: on a terminal it shows the dashboard until that is quit; elsewhere it places some orders, tells their story, and ends. */
export async function demo(settings: Settings, flags: Flags): Promise<void> {
  const orders = parseCount(flags.orders, 'The number of orders', 100_000);
  const seed = parseCount(flags.seed, 'The seed', 2 ** 31);
  const speed = parsePositive(flags.speed, 'The speed', 1e9);
  const pace = { ...demoPace, speed, storeDeadlineMs: settings.storeDeadlineMs };
  const menu = onAutopilot(catalogOf(settings));
  const log = showsByItself(settings) ? new Log(now) : undefined;
  const tell = log?.add ?? say;

  // What a demo leaves behind is of no use to anybody, unless a folder was asked for.
  const folder =
    flags.data === undefined && settings.broker === 'sqlite:' ? mkdtempSync(join(tmpdir(), 'baedal-demo-')) : undefined;
  const remove = () => folder !== undefined && rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // also where the process ends from within, as when nobody reads its output any more
  const signal = untilSignal(stopping, ['SIGINT', 'SIGTERM', 'SIGHUP'], tell);
  try {
    const own = folder === undefined ? settings : { ...settings, data: folder };
    const psp = await openPsp(own, (reason) => tell(`payment: ${reason}`));
    let platform: Platform | undefined;
    try {
      platform = await startPlatform({
        settings: own,
        menu,
        pace,
        quiet: true,
        provider: psp.provider,
        onProblem: ({ actor, kind, reason }) => tell(`${actor}: ${kind}: ${reason}`),
        say: tell,
      });
      tell(`Payment provider: ${psp.what}.`);
      const [wish, random] = [wishesOf(menu, demoMix), randomFrom(seed)];
      const customer = () => wish(random);
      await play({ platform, settings: own, customer, orders: log ? Number.POSITIVE_INFINITY : orders, signal, log });
    } finally {
      await platform?.stop();
      await psp.close();
    }
  } finally {
    remove();
  }
}

type Play = {
  platform: Platform;
  settings: Settings;
  customer: () => Wish;
  orders: number;
  signal: AbortSignal;
  /** Where there is a terminal to show the dashboard on. */
  log: Log | undefined;
};

async function play({ platform: { broker }, settings, customer, orders, signal, log }: Play): Promise<void> {
  const endless = log !== undefined;
  const stories = new DemoStories(settings.lang, endless);
  const startedAt = now();
  const subscription = await broker.readJournal(await broker.journalEnd(), (entries) => {
    for (const { envelope } of entries) if (envelope) stories.hear(envelope);
  });
  const closed = new AbortController();
  const screen = log && show({ settings, broker, readOnly: false, log, signal }).finally(() => closed.abort());
  screen?.catch(() => undefined); // it is awaited below
  const quit = log ? closed.signal : signal;
  if (!log) say(`${orders} customers order, on ${settings.broker === 'sqlite:' ? 'the embedded broker' : 'RabbitMQ'}.`);

  const one = async (wish: Wish): Promise<void> => {
    const orderId = newOrderId();
    const { cancelAfterMs, ...content } = wish;
    stories.expect(orderId);
    try {
      await ask(broker, 'PlaceOrder', { orderId, ...content, answerBy: now() + answerWithinMs }, answerWithinMs);
      if (cancelAfterMs !== undefined)
        await ask(broker, 'CancelOrder', { orderId, reason: 'second thoughts' }, answerWithinMs);
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // a refusal is part of the story
    }
  };
  const failed: unknown[] = [];
  const placing: Promise<unknown>[] = [];
  for (let i = 0; i < orders && !quit.aborted; i++) {
    const placed = one(customer()).catch((error: unknown) =>
      log ? log.add(`demo: ${reasonOf(error)}`) : failed.push(error),
    );
    if (!endless) placing.push(placed);
    await sleep(endless ? 700 : 20, undefined, { signal: quit }).catch(() => undefined);
  }
  await Promise.all(placing);
  const giveUpAt = now() + (endless ? 0 : finishWithinMs);
  while (stories.open > 0 && now() < giveUpAt && !signal.aborted) await sleep(20);
  await subscription.stop();
  await screen;

  if (settings.json) printJson(stories.summary(now() - startedAt));
  else {
    if (!endless) for (const line of stories.journeys()) print(line);
    print();
    for (const line of stories.report(now() - startedAt)) print(line);
  }
  if (failed.length > 0) throw failed[0];
  if (!endless && signal.aborted) throw new Interrupted();
  if (!endless && (stories.open > 0 || !stories.moneyAddsUp))
    throw new DemoFailed(
      stories.open > 0 ? `${stories.open} orders have not come to an end.` : 'The money does not add up.',
    );
}

/** The dashboard, once React and Ink are there. */
async function show(options: DashboardOptions): Promise<void> {
  const { runDashboard } = await import('../dashboard/run-dashboard.tsx');
  await runDashboard(options);
  say(stopping);
}

/** In a demo nobody stands in the kitchen: stores that work by hand are on autopilot too. */
const onAutopilot = (menu: Menu): Menu => ({ stores: menu.stores.map((store) => ({ ...store, autoAccept: true })) });
