import type { Broker } from '../../src/broker/broker.ts';
import { menuKept } from '../../src/cli/menu-in-use.ts';
import { folderOf, openBroker } from '../../src/cli/open-broker.ts';
import { Backend } from '../../src/http/backend.ts';
import type { Role } from '../../src/http/caller.ts';
import type { ServiceName } from '../../src/http/service.ts';
import { type RunningService, type ServiceOptions, startService } from '../../src/http/start-service.ts';
import { signToken, verifierOf } from '../../src/http/tokens.ts';
import { type Stage, stage } from '../cli/platform-under-test.ts';
import type { Running } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';

export const secret = new TextEncoder().encode('a secret of the tests that nobody can guess');

/** A token that holds for ten minutes: longer than any test takes. */
export const tokenOf = (role: Role, subject: string, forMs = 600_000): Promise<string> =>
  signToken(secret, { role, subject, expiresAt: Date.now() + forMs });

export type Answered = {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects
  body: any;
  headers: Headers;
};

export type Call = {
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  text?: string;
  headers?: Record<string, string>;
};

/** Asks over HTTP. */
export async function call(base: string, method: string, path: string, options: Call = {}): Promise<Answered> {
  const { token, body, text = body === undefined ? undefined : JSON.stringify(body), headers = {} } = options;
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(text !== undefined && { body: text }),
  });
  const answer = await response.text();
  const json = response.headers.get('content-type')?.includes('json') && answer !== '';
  return { status: response.status, body: json ? JSON.parse(answer) : answer, headers: response.headers };
}

export type HttpStage = {
  at: Stage;
  backend: Backend;
  /** What was logged so far. */
  log(): string;
  /** Starts a service on a free port; tokens are checked with `secret`. */
  start(name: ServiceName, options?: Partial<ServiceOptions>): Promise<RunningService>;
  /** Starts one that trusts everybody on this machine. */
  startOpen(name: ServiceName, options?: Partial<ServiceOptions>): Promise<RunningService>;
  /** Waits until a service says that it is ready. */
  ready(url: string): Promise<void>;
  /** Ends all of it. */
  close(): Promise<void>;
};

/**
 * A platform as processes of its own, and services of this process in front of it.
 * @param up flags of `baedal up`; undefined: no actors
 * @param through the broker's address as the services have it, where that is another one
 * @param changed makes of their broker another one
 */
export async function httpStage(
  up: string[] | undefined,
  broker = 'sqlite:',
  through = broker,
  changed = (broker: Broker) => broker,
): Promise<HttpStage> {
  const at = stage(broker);
  const platform: Running | undefined = up && (await at.up('--quiet', ...up));
  const { settings } = at;
  let logged = '';
  const backend = new Backend({
    open: async () => changed(await openBroker({ ...settings, broker: through }, 'client')),
    folder: folderOf(settings),
    menu: menuKept(settings),
    endEveryMs: 200,
    now: Date.now,
    onProblem: (sentence) => {
      logged += `${sentence}\n`;
    },
  });
  const services: RunningService[] = [];
  const startOpen: HttpStage['startOpen'] = async (name, options = {}) => {
    const service = await startService({
      name,
      backend,
      host: '127.0.0.1',
      port: 0,
      rateLimit: 0,
      trustProxy: false,
      version: '0.0.0',
      log: {
        write: (line) => {
          logged += line;
        },
      },
      logRequests: true,
      ...options,
    });
    services.push(service);
    return service;
  };
  return {
    at,
    backend,
    log: () => logged,
    start: (name, options) => startOpen(name, { verify: verifierOf({ secret }), ...options }),
    startOpen,
    ready: async (url) => {
      await eventually(async () => (await call(url, 'GET', '/health/ready')).status === 200);
    },
    close: async () => {
      await Promise.all(services.map((service) => service.close()));
      await backend.close();
      await platform?.kill('SIGKILL');
      await at.cleanUp();
    },
  };
}
