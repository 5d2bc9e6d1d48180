import type { Broker } from '../broker/broker.ts';
import type { HostStats } from '../broker/host/host.ts';
import type { ActorTelemetry, Telemetry } from './telemetry.ts';

/** How often it is told, milliseconds. */
const everyMs = 1_000;

export type TellerOptions = {
  broker: Pick<Broker, 'broadcast'>;
  about: Pick<Telemetry, 'source' | 'host' | 'pid' | 'startedAt'>;
  /** The hosts to tell of. Their latencies are reset each time, so nobody else may read them. */
  hosts: readonly { actor: string; partition: number; stats(): HostStats }[];
  /** How the breakers are, as of their last changes. */
  breakers(): Telemetry['breakers'];
  /** Where this side folds the journal: how far it is. */
  readModel?(): Telemetry['readModel'];
  memoryBytes(): number;
  /** Epoch milliseconds. */
  now(): number;
  /** A clock that never jumps, milliseconds since any moment; default this process's. */
  elapsed?(): number;
};

/** Tells whoever listens how a side of the platform is. */
export class Teller {
  readonly #options: TellerOptions;
  readonly #elapsed: () => number;
  /** How many each host had handled, when it was last told. */
  readonly #handled: number[];
  #toldAt: number;

  constructor(options: TellerOptions) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    this.#handled = options.hosts.map((host) => host.stats().handled);
    this.#toldAt = this.#elapsed();
  }

  /** Tells of the time since it last told. */
  readonly tell = (): void => {
    const { broker, about, hosts, breakers, readModel, memoryBytes, now } = this.#options;
    const toldAt = this.#elapsed();
    const seconds = (toldAt - this.#toldAt) / 1_000;
    this.#toldAt = toldAt;
    const actors = hosts.map(({ actor, partition, stats }, i): ActorTelemetry => {
      const { handled, inHand, retried, buried, latency } = stats();
      const handledPerS = seconds > 0 ? Math.round(((handled - this.#handled[i]!) / seconds) * 10) / 10 : 0;
      this.#handled[i] = handled;
      const latencyMs = latenciesIn(latency);
      latency.reset();
      return { actor, partition, handledPerS, handled, inHand, retried, buried, latencyMs };
    });
    const folding = readModel?.();
    const telemetry: Telemetry = {
      ...about,
      at: now(),
      memoryBytes: memoryBytes(),
      actors,
      breakers: breakers(),
      ...(folding && { readModel: folding }),
    };
    broker.broadcast(telemetry);
  };
}

/** Tells at once, and then once a second; that alone keeps no process alive. Returns how to stop. */
export function startTelling(options: TellerOptions): () => void {
  const { tell } = new Teller(options);
  tell();
  const timer = setInterval(tell, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function latenciesIn(us: HostStats['latency']): ActorTelemetry['latencyMs'] {
  if (us.count === 0) return null;
  const msAt = (percentile: number) => us.percentile(percentile) / 1_000;
  return { p50: msAt(50), p95: msAt(95), p99: msAt(99), max: us.max / 1_000 };
}
