import { join } from 'node:path';
import { demoPace } from '../actors/pace.ts';
import type { Broker } from '../broker/broker.ts';
import { connectUrl } from '../broker/rabbitmq/redact-url.ts';
import { topologyOf } from '../broker/topology.ts';
import { cast } from './cast.ts';
import { UsageError } from './exit-code.ts';
import type { Settings } from './settings.ts';

export const now = (): number => Date.now();

/** Which queues there are depends on the handler tables alone, never on a menu or a pace. */
const topology = (settings: Settings) => topologyOf(cast({ stores: [] }, demoPace, 'en'), settings.namespace);

/** Where everything of this broker is kept: actors, read model, locks. Data of two brokers never mixes. */
export function folderOf(settings: Settings): string {
  if (settings.broker.startsWith('sqlite:')) return join(settings.data, settings.namespace);
  const { hostname, port, pathname } = new URL(connectUrl(settings.broker));
  const place = [hostname, port || '5672', decodeURIComponent(pathname).replaceAll('/', ''), settings.namespace];
  return join(
    settings.data,
    place
      .filter(Boolean)
      .join('-')
      .replaceAll(/[^\w.-]/g, '_'),
  );
}

/**
 * Opens the broker that the settings name.
 * @param role `host` declares everything and holds it against what is there; `client` only what is missing
 */
export async function openBroker(settings: Settings, role: 'host' | 'client'): Promise<Broker> {
  if (settings.broker === 'sqlite:') {
    const { openEmbedded } = await import('../broker/embedded/embedded-broker.ts');
    return openEmbedded({ folder: folderOf(settings), topology: topology(settings), now });
  }
  if (settings.broker.startsWith('sqlite:'))
    throw new UsageError(
      'The embedded broker is --broker sqlite: and nothing more; --data DIR says where its files are.',
    );
  const { openRabbitMq } = await import('../broker/rabbitmq/rabbitmq-broker.ts');
  const declare = role === 'host' ? 'all' : 'if-missing';
  return openRabbitMq({ url: settings.broker, topology: topology(settings), now, declare });
}
