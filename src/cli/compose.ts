import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor, Partners } from '../actors/actor.ts';
import { kitchen } from '../actors/kitchen/kitchen.ts';
import type { Menu } from '../actors/menu.ts';
import { notifier } from '../actors/notifier/notifier.ts';
import { order } from '../actors/order/order.ts';
import { demoPace, type Pace } from '../actors/pace.ts';
import { payment } from '../actors/payment/payment.ts';
import { rider } from '../actors/rider/rider.ts';
import type { Broker } from '../broker/broker.ts';
import { Host, type HostProblem, type HostStats } from '../broker/host/host.ts';
import { SqliteStore } from '../broker/host/sqlite-store.ts';
import { topologyOf } from '../broker/topology.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { guardedPsp } from '../partners/guarded-psp.ts';
import { type Channel, NotificationSender } from '../partners/notification-channel.ts';
import { PspSimulator } from '../partners/psp-simulator.ts';
import { follow } from '../readmodel/follow.ts';
import { UsageError } from './exit-code.ts';
import { newId } from './new-id.ts';
import { type Settings, shippedCatalog } from './settings.ts';

export const now = (): number => Date.now();

export const actorNames = ['order', 'payment', 'kitchen', 'rider', 'notifier'] as const;
export type ActorName = (typeof actorNames)[number];

// biome-ignore lint/suspicious/noExplicitAny: each actor has a state of its own, and nobody here looks inside
type AnyActor = Actor<any>;

const cast = (menu: Menu, pace: Pace, lang: Settings['lang']): AnyActor[] => [
  order(menu),
  payment,
  kitchen(pace),
  rider(pace),
  notifier(lang),
];

/** Which queues there are depends on the handler tables alone, never on a menu or a pace. */
const topology = (settings: Settings) => topologyOf(cast({ stores: [] }, demoPace, 'en'), settings.namespace);

/** Where everything of this broker is kept: actors, read model, locks. Data of two brokers never mixes. */
export function folderOf(settings: Settings): string {
  if (isEmbedded(settings)) return join(settings.data, settings.namespace);
  const { hostname, port, pathname } = new URL(settings.broker);
  const place = [hostname, port || '5672', decodeURIComponent(pathname).replaceAll('/', ''), settings.namespace];
  return join(
    settings.data,
    place
      .filter(Boolean)
      .join('-')
      .replaceAll(/[^\w.-]/g, '_'),
  );
}

const isEmbedded = ({ broker }: Settings) => broker.startsWith('sqlite:');

/**
 * Opens the broker that the settings name.
 * @param role `host` declares everything and holds it against what is there; `client` only what is missing
 */
export async function openBroker(settings: Settings, role: 'host' | 'client'): Promise<Broker> {
  if (settings.broker === 'sqlite:') {
    const { openEmbedded } = await import('../broker/embedded/embedded-broker.ts');
    return openEmbedded({ folder: folderOf(settings), topology: topology(settings), now });
  }
  if (isEmbedded(settings))
    throw new UsageError(
      'The embedded broker is --broker sqlite: and nothing more; --data DIR says where its files are.',
    );
  const { openRabbitMq } = await import('../broker/rabbitmq/rabbitmq-broker.ts');
  return openRabbitMq({
    url: settings.broker,
    topology: topology(settings),
    now,
    declare: role === 'host' ? 'all' : 'if-missing',
  });
}

/** The catalogue of the settings, or the one that comes with the program. */
export const catalogOf = (settings: Settings): Menu => loadCatalog(settings.catalog ?? shippedCatalog);

const menuFile = (settings: Settings) => join(folderOf(settings), 'menu.json');

/** The menu to show: the one asked for, else the one that was last taken into service here, else the shipped one. */
export function menuInUse(settings: Settings): Menu {
  if (settings.catalog === undefined && existsSync(menuFile(settings)))
    return JSON.parse(readFileSync(menuFile(settings), 'utf8')) as Menu;
  return catalogOf(settings);
}

/** Lets other commands know which menu is in service. */
function publishMenu(settings: Settings, menu: Menu): void {
  mkdirSync(folderOf(settings), { recursive: true, mode: 0o700 });
  const draft = `${menuFile(settings)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(menu));
  renameSync(draft, menuFile(settings));
}

export type PlatformOptions = {
  settings: Settings;
  menu: Menu;
  pace: Pace;
  /** Which actors run in this process, default all. */
  actors?: readonly ActorName[];
  channel: Channel;
  onProblem(problem: HostProblem): void;
  onBreaker?(state: string): void;
};

export type Platform = {
  broker: Broker;
  stats(): Record<string, HostStats>;
  /** Takes nothing more, finishes what is in hand within `graceMs` (default 10,000), and closes everything. Safe to call twice. */
  stop(graceMs?: number): Promise<void>;
};

/** Starts actors, their partners and the read model in this process. What was started is closed in reverse order. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { settings, menu, pace, channel, onProblem, onBreaker } = options;
  const running = options.actors ?? actorNames;
  const folder = folderOf(settings);
  const closers: ((graceMs: number) => Promise<void> | void)[] = [];
  const hosts = new Map<string, Host<unknown>>();
  let stopped: Promise<void> | undefined;
  const stop = (graceMs = 10_000) => {
    stopped ??= closeAll(closers, graceMs);
    return stopped;
  };

  try {
    const broker = await openBroker(settings, 'host');
    closers.push(() => broker.close());
    publishMenu(settings, menu);
    closers.push(
      follow(folder, broker, (error) => onProblem({ actor: 'read model', kind: 'fatal', reason: String(error) })),
    );

    const psp = new PspSimulator(join(folder, 'psp-simulator.sqlite'));
    closers.push(() => psp.close());
    const guarded = guardedPsp(psp, { ...(onBreaker && { onBreaker }) });
    const sender = new NotificationSender(join(folder, 'notifications.sqlite'), channel, now);
    closers.push(() => sender.close());
    const partners: Partners = {
      Charge: guarded.charge,
      Void: guarded.void,
      Refund: guarded.refund,
      Notify: sender.notify,
    };

    const started: Host<unknown>[] = [];
    closers.push(async (graceMs) => {
      const results = await Promise.allSettled(started.map((host) => host.drain(graceMs)));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    });
    for (const actor of cast(menu, pace, settings.lang).filter(({ name }) => running.includes(name as ActorName))) {
      for (const queue of broker.topology.queues.filter((queue) => queue.actor === actor.name)) {
        const store = new SqliteStore<unknown>(
          join(folder, 'actors', `${actor.name}.${queue.partition}.sqlite`),
          actor.name,
        );
        closers.splice(-1, 0, () => store.close()); // below the drain, so that stores close once nothing is in hand
        const host = new Host<unknown>({ actor, queue, broker, store, partners, now, newId, onProblem });
        hosts.set(queue.name, host);
        started.push(host);
        await host.start();
        closers.splice(-1, 0, forgetOldOutcomes(store));
      }
    }
    return { broker, stop, stats: () => Object.fromEntries([...hosts].map(([name, host]) => [name, host.stats])) };
  } catch (error) {
    await stop(0).catch(() => undefined);
    throw error;
  }
}

const dayMs = 24 * 60 * 60_000;
/** Longer than the longest time after which a message can still come again. */
const outcomesKeptMs = 14 * dayMs;

function forgetOldOutcomes(store: SqliteStore<unknown>): () => void {
  const timer = setInterval(() => void store.prune(now() - outcomesKeptMs, 5_000), 60_000);
  timer.unref();
  return () => clearInterval(timer);
}

/** Runs every closer, the last one first, even where one fails; then says what the first failure was. */
async function closeAll(closers: ((graceMs: number) => Promise<void> | void)[], graceMs: number): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    try {
      await close(graceMs);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
