import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoPace } from '../actors/pace.ts';
import { houseRules } from '../actors/rules.ts';
import type { Broker } from '../broker/broker.ts';
import { connectUrls } from '../broker/rabbitmq/broker-url.ts';
import { type Topology, topologyOf } from '../broker/topology.ts';
import { makeFolder } from '../sqlite/make-folder.ts';
import { explained } from '../sqlite/open-database.ts';
import { cast } from './cast.ts';
import { UsageError } from './exit-code.ts';
import type { Settings } from './settings.ts';

export const now = (): number => Date.now();

/** Which queues there are depends on the handler tables alone, never on a menu, a pace or a rule. */
export const topology = (settings: Settings): Topology =>
  topologyOf(cast({ stores: [] }, demoPace, houseRules), settings.namespace);

/** Where everything of this broker is kept: actors, read model, locks. Data of two brokers never mixes. */
export function folderOf(settings: Settings): string {
  if (settings.broker.startsWith('sqlite:')) return join(settings.data, settings.namespace);
  // A cluster goes by the host that is named first: so more can be named later without moving house.
  const { hostname, port, pathname } = new URL(connectUrls(settings.broker)[0]);
  const host = ['127.0.0.1', '[::1]'].includes(hostname) ? 'localhost' : hostname;
  const place = [host, port || '5672', decodeURIComponent(pathname).replaceAll('/', ''), settings.namespace];
  return join(
    settings.data,
    place
      .filter(Boolean)
      .join('-')
      .replaceAll(/[^\w.-]/g, '_'),
  );
}

/** Which transport the settings name. @throws {UsageError | BrokerUrlInvalid} */
export function transportOf({ broker }: Settings): 'embedded' | 'rabbitmq' {
  if (broker === 'sqlite:') return 'embedded';
  if (broker.startsWith('sqlite:'))
    throw new UsageError(
      'The embedded broker is --broker sqlite: and nothing more; --data DIR says where its files are.',
    );
  connectUrls(broker);
  return 'rabbitmq';
}

/**
 * Opens the broker that the settings name.
 * @param role `host` declares everything and holds it against what is there; `client` only what is missing
 */
export async function openBroker(settings: Settings, role: 'host' | 'client'): Promise<Broker> {
  if (transportOf(settings) === 'embedded') {
    const { openEmbedded } = await import('../broker/embedded/embedded-broker.ts');
    return openEmbedded({ folder: folderOf(settings), topology: topology(settings), now });
  }
  const { openRabbitMq } = await import('../broker/rabbitmq/rabbitmq-broker.ts');
  const common = { url: settings.broker, topology: topology(settings), now };
  if (role === 'client') return openRabbitMq({ ...common, declare: 'if-missing' });
  return openRabbitMq({ ...common, declare: 'all', home: homeOf(folderOf(settings)) });
}

/** The file that names a data folder. */
export const homeFile = (folder: string): string => join(folder, 'home');

/** The name that a data folder was given when it was first used to host actors. */
function homeOf(folder: string): string {
  const file = homeFile(folder);
  makeFolder(folder);
  try {
    writeFileSync(file, randomUUID(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explained(file, error);
  }
  return readFileSync(file, 'utf8');
}
