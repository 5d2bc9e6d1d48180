import { writeFileSync } from 'node:fs';
import { freePorts } from '../../scripts/rabbitmq/ports.js';
import { type Stage, stage } from '../cli/platform-under-test.ts';
import { type Running, spawnBaedal } from '../harness/baedal.ts';
import { type LedgerLine, ledgerLines, type RunningPsp, startPsp } from '../harness/psp.ts';

/** The whole platform as people reach it: provider, actors, services and the gateway in front, each a process of its own. */
export type Front = {
  at: Stage;
  psp: RunningPsp;
  /** Where the order service is by itself, and where the gateway is, before and after it is killed. */
  service: string;
  gateway: string;
  /** Kills the gateway with -9 and starts it again where it was. */
  restartGateway(): Promise<void>;
  /** What the payment provider has written down so far. */
  ledger(): LedgerLine[];
  close(): Promise<void>;
};

/**
 * @param broker the platform's
 * @param env what the services are told besides; the secret of tokens, say
 */
export async function openFront(broker: string, env: Record<string, string> = {}): Promise<Front> {
  const at = stage(broker);
  const folder = at.settings.data;
  const started: Running[] = [];
  const start = async (what: string, ...args: string[]): Promise<Running> => {
    const running = spawnBaedal(args, { env: { ...at.env, ...env } });
    started.push(running);
    await running.waitForLine(what);
    return running;
  };
  const ledger = `${folder}-ledger.jsonl`;
  const psp = await startPsp(ledger, '--latency-ms', '5-20');
  started.push(psp);
  await start('Up: ', 'up', '--plain', '--quiet', '--speed', '100000', '--psp', psp.url);
  const services = await start('"services"', 'serve', 'all', '--port', '0', '--rate-limit', '0', '--json');
  const urls = (JSON.parse(services.stdout().split('\n')[0]!) as { services: Record<string, string> }).services;
  const config = `${folder}-gateway.yml`;
  writeFileSync(config, gatewayConfig(urls));
  const [port] = await freePorts(1);
  const startGateway = () => start('Gateway at', 'gateway', '--config', config, '--port', String(port));
  let gateway = await startGateway();
  return {
    at,
    psp,
    service: urls['order']!,
    gateway: `http://127.0.0.1:${port}`,
    restartGateway: async () => {
      await gateway.kill('SIGKILL');
      gateway = await startGateway();
    },
    ledger: () => ledgerLines(ledger),
    close: async () => {
      for (const running of started.reverse()) await running.kill();
      await at.cleanUp();
    },
  };
}

/** The routes of our own gateway.yml to where the services are here. */
const gatewayConfig = (urls: Record<string, string>) => `
spring:
  cloud:
    gateway:
      routes:
        - { id: Order, uri: "${urls['order']}", predicates: ["Path=/orders/**"] }
        - { id: Store, uri: "${urls['store']}", predicates: ["Path=/stores/**"] }
      globalcors:
        corsConfigurations:
          '[/**]': { allowedOrigins: ["*"], allowedMethods: ["*"], allowedHeaders: ["*"], allowCredentials: true }
`;
