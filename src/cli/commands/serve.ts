import { once } from 'node:events';
import { BaedalError, reasonOf } from '../../errors.ts';
import { Backend } from '../../http/backend.ts';
import { isLoopback } from '../../http/local-only.ts';
import { firstPort, type ServiceName, serviceNames } from '../../http/service.ts';
import { type RunningService, startService } from '../../http/start-service.ts';
import { type Keys, verifierOf } from '../../http/tokens.ts';
import { parseCount } from '../arguments.ts';
import { UsageError } from '../exit-code.ts';
import { linkLines } from '../link-lines.ts';
import { menuKept } from '../menu-in-use.ts';
import { folderOf, now, openBroker, transportOf } from '../open-broker.ts';
import { printJson, say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { keysFrom, namesFrom } from '../token-keys.ts';
import { untilSignal } from '../until-signal.ts';
import { version } from '../version.ts';

type Flags = { host: string; port?: string; rateLimit: string; trustProxy?: boolean; log?: boolean };

/** How often the journal is asked for its end, milliseconds: RabbitMQ has to be written to for it. */
const endEveryMs = { embedded: 1_000, rabbitmq: 5_000 };

/** A service could not be started. */
class ServiceNotStarted extends BaedalError {
  readonly code = 'service-not-started';
  readonly retry = false;
}

/** `baedal serve SERVICE` */
export async function serve(settings: Settings, flags: Flags, which: string): Promise<void> {
  const names = servicesNamed(which);
  const transport = transportOf(settings);
  const keys = keysFrom(settings);
  const { host } = flags;
  if (!keys && !isLoopback(host))
    throw new UsageError(
      `Without keys for tokens everybody would be an operator, so --host ${host} needs some: --jwt-secret-file FILE or --jwks URL. Leave --host out to listen on this machine only.`,
    );
  const ports = portsOf(names, flags.port);
  const common = {
    host,
    rateLimit: parseCount(flags.rateLimit, 'The rate limit', 1_000_000, 0),
    trustProxy: flags.trustProxy === true,
    version: version(),
    log: process.stderr,
    logRequests: flags.log === true,
    ...(keys && { verify: verifierOf(keys, namesFrom(settings)) }),
  };
  const signal = untilSignal('Stopping: finishing what is in hand.');
  const backend = new Backend({
    open: () => openBroker(settings, 'client'),
    folder: folderOf(settings),
    menu: menuKept(settings),
    endEveryMs: endEveryMs[transport],
    now,
    onProblem: say,
    onLink: linkLines((line) => {
      if (!signal.aborted) say(line);
    }),
  });
  const running = new Map<ServiceName, RunningService>();
  try {
    for (const [i, name] of names.entries()) {
      const port = ports[i]!;
      const started = startService({ ...common, name, port, backend });
      running.set(
        name,
        await started.catch((error) => {
          throw notStarted(error, host, port);
        }),
      );
    }
    tell(settings, running, keys);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await Promise.all([...running.values()].map((service) => service.close()));
    await backend.close();
  }
}

function servicesNamed(word: string): readonly ServiceName[] {
  if (word === 'all') return serviceNames;
  const name = serviceNames.find((name) => name === word);
  if (name) return [name];
  throw new UsageError(`There is no service "${word}". The services are ${serviceNames.join(', ')}, and all.`);
}

/** Each service has a usual port; with a port that is named they follow each other from there. 0: any that is free. */
function portsOf(names: readonly ServiceName[], text: string | undefined): number[] {
  if (text === undefined) return names.map((name) => firstPort + serviceNames.indexOf(name));
  const first = parseCount(text, 'The port', 65_535 - (names.length - 1), 0);
  return names.map((_, i) => (first === 0 ? 0 : first + i));
}

function tell(
  { json, jwt }: Settings,
  running: ReadonlyMap<ServiceName, RunningService>,
  keys: Keys | undefined,
): void {
  if (json) printJson({ services: Object.fromEntries([...running].map(([name, { url }]) => [name, url])) });
  for (const [name, { url }] of running) say(`The ${name} service is at ${url}, and its description at ${url}/docs.`);
  if (!keys)
    say(
      'No keys for tokens are configured: whoever can reach it on this machine is an operator. Set --jwt-secret-file or --jwks to tell people apart.',
    );
  if (keys && 'jwks' in keys && jwt?.audience === undefined)
    say(
      'Tokens that the same server signs for other applications would be taken too. Set --jwt-audience to what `aud` is in those for this platform.',
    );
  say('Ctrl-C stops.');
}

function notStarted(cause: unknown, host: string, port: number): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new ServiceNotStarted(
      `Port ${port} is in use. Choose another one with --port, or --port 0 for any that is free.`,
      { cause },
    );
  if (syscall === 'listen' || syscall === 'getaddrinfo')
    return new ServiceNotStarted(
      `Nothing can listen on ${host}, port ${port} (${reasonOf(cause)}). Choose others with --host and --port.`,
      { cause },
    );
  return cause;
}
