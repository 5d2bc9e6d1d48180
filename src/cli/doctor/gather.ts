import { readFileSync } from 'node:fs';
import { within } from '../../broker/rabbitmq/deadline.ts';
import { reasonOf } from '../../errors.ts';
import { HttpPsp } from '../../partners/http-psp.ts';
import { Heard, missingMs, type SystemHealth } from '../heard.ts';
import { kakaoFrom } from '../kakao-settings.ts';
import { topology, transportOf } from '../open-broker.ts';
import { mayPass, tryKakao } from '../open-kakao.ts';
import { environment, type Flags, givenBy, type Settings, settingsFrom } from '../settings.ts';
import { telemetryIn } from '../telemetry.ts';
import type { Disk, Facts, MessagesFacts, PaymentFacts } from './facts.ts';
import { runDiskProbe } from './run-disk-probe.ts';
import { terminalFacts } from './terminal-facts.ts';

/** Milliseconds to wait for the payment provider, and for RabbitMQ in all. */
const paymentMs = 5_000;
const brokerMs = 20_000;

/** Finds everything out, all at the same time. Nothing that is found wrong is thrown. @throws {Interrupted} on Ctrl-C */
export async function gather(flags: Flags, now: () => number): Promise<Facts> {
  const node = {
    version: process.versions.node,
    wanted: wantedNode(),
    platform: `${process.platform} ${process.arch}`,
  };
  const terminal = await terminalFacts(environment(), !flags.json);
  const settings = await settingsOf(flags);
  const machine = { now: now(), node, terminal, settings };
  if ('failure' in settings) return { ...machine, disk: await runDiskProbe(undefined).all };
  return { ...machine, ...(await gatherFor(settings.is, settings.transport, now)) };
}

/** What the settings lead to. */
async function gatherFor(
  settings: Settings,
  transport: 'embedded' | 'rabbitmq',
  now: () => number,
): Promise<Omit<Facts, 'now' | 'node' | 'terminal' | 'settings'>> {
  const probe = runDiskProbe(settings);
  const telemetry = new Telemetries(now);
  const [disk, rabbitMq, payment, messages] = await Promise.all([
    probe.all,
    transport === 'rabbitmq' ? probe.place.then((place) => askRabbitMq(settings, place?.home, telemetry)) : undefined,
    probe.place.then((place) => askPayment(settings, place?.pspAddress)),
    askMessages(settings),
  ]);
  for (const told of disk.facts.embedded?.told ?? []) telemetry.read(told);
  return {
    disk,
    ...(rabbitMq && { rabbitMq }),
    ...telemetry.result(transport === 'rabbitmq' ? rabbitMq !== undefined && 'product' in rabbitMq : isKnown(disk)),
    payment,
    messages,
  };
}

/** Nobody tells anything in a broker that there is not yet. */
const isKnown = ({ facts }: Disk): boolean =>
  facts.embedded !== undefined || facts.databases?.every(({ name }) => name !== 'broker.sqlite') === true;

const wantedNode = (): string => {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { engines: { node: string } }).engines.node;
};

async function settingsOf(flags: Flags): Promise<Facts['settings']> {
  try {
    const given = await givenBy(flags);
    const is = await settingsFrom(flags);
    return { given, is, transport: transportOf(is) };
  } catch (thrown) {
    return { failure: reasonOf(thrown) };
  }
}

async function askRabbitMq(
  settings: Settings,
  home: string | undefined,
  telemetry: Telemetries,
): Promise<Facts['rabbitMq']> {
  const { examineRabbitMq } = await import('../../broker/rabbitmq/examine.ts');
  const hear = (body: string) => telemetry.hear(body);
  const options = { url: settings.broker, topology: topology(settings), home, hear, listenMs: missingMs };
  try {
    return await within(examineRabbitMq(options), brokerMs, 'Asking RabbitMQ');
  } catch (thrown) {
    return { failure: reasonOf(thrown) };
  }
}

async function askPayment({ psp, pspKey }: Settings, ownAddress: string | undefined): Promise<PaymentFacts> {
  const url = psp ?? ownAddress;
  const own = psp === undefined;
  if (url === undefined) return { own, answers: false };
  try {
    await new HttpPsp({ url: () => url, secretKey: pspKey }).check(AbortSignal.timeout(paymentMs));
    return { url, own, answers: true };
  } catch (thrown) {
    const late = (thrown as Error).name === 'TimeoutError';
    const failure = late ? `It does not answer within ${paymentMs / 1_000} s.` : reasonOf(thrown);
    return { url, own, answers: false, failure };
  }
}

async function askMessages({ kakao, contacts }: Settings): Promise<MessagesFacts> {
  const url = kakao?.url;
  if (url === undefined) return {};
  try {
    const config = kakaoFrom(kakao);
    if (config) await tryKakao(config, contacts);
    return { url };
  } catch (thrown) {
    return { url, failure: reasonOf(thrown), mayPass: mayPass(thrown) };
  }
}

/** What those who tell of themselves said while we listened. */
class Telemetries {
  readonly #heard = new Heard();
  readonly #differences: number[] = [];

  constructor(private readonly now: () => number) {}

  /** Takes one as it comes. @returns whether all actors have been heard */
  hear(body: string): boolean {
    const telemetry = telemetryIn(jsonOf(body));
    if (!telemetry) return false;
    this.#differences.push(telemetry.at - this.now());
    this.#heard.hear(telemetry, performance.now());
    return this.#heard.health(performance.now()).actors.every(({ up }) => up);
  }

  /** Takes one that was written down: it counts if it is as young as one that would be heard. */
  read(body: string): void {
    const telemetry = telemetryIn(jsonOf(body));
    if (telemetry && Math.abs(this.now() - telemetry.at) < missingMs) this.#heard.hear(telemetry, performance.now());
  }

  result(listened: boolean): { heard?: SystemHealth; clockDifferencesMs?: number[] } {
    return listened ? { heard: this.#heard.health(performance.now()), clockDifferencesMs: this.#differences } : {};
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // somebody else's words
  }
}
