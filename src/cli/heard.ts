import type { BreakerState } from '../partners/breaker.ts';
import { type ActorName, actorNames } from './cast.ts';
import { type ActorTelemetry, type Telemetry, telemetryIn } from './telemetry.ts';

/** A source that has not told for this long is missing, milliseconds. Three tellings. */
export const missingMs = 3_000;
/** After this long nothing is known of it any more, milliseconds. */
const forgottenMs = 60_000;
const sampleMs = 1_000;
const samplesKept = 60;

/** How an actor is: sums, and the worst latencies, over the sources that are up. */
export type ActorHealth = Omit<ActorTelemetry, 'actor' | 'partition'> & {
  actor: ActorName;
  /** Whether some source that is not missing has told of it. */
  up: boolean;
  /** Its `handledPerS`, a sample a second, the newest last; at most 60. */
  history: number[];
};

export type ProcessHealth = Pick<Telemetry, 'host' | 'pid' | 'startedAt' | 'memoryBytes'> & {
  actors: string[];
  /** Milliseconds since it was last heard. */
  heardAgoMs: number;
  up: boolean;
};

export type SystemHealth = {
  /** One for each actor that there is, in the order in which one meal meets them. */
  actors: ActorHealth[];
  /** The worst state of each partner's breaker. */
  breakers: Telemetry['breakers'];
  processes: ProcessHealth[];
  /** Missing where nobody who is up tells of it. */
  readModel?: Telemetry['readModel'];
};

type Source = { telemetry: Telemetry; heardAt: number };

/**
 * What the telemetry that was heard says. All times are of the hearer's clock, which should be one that never jumps: the clocks of those
 * who tell are not trusted.
 */
export class Heard {
  readonly #sources = new Map<string, Source>();
  readonly #histories = new Map<ActorName, number[]>(actorNames.map((actor) => [actor, []]));
  #sampledAt: number | undefined;

  /** Takes what was broadcast. What is no telemetry is ignored. */
  hear(body: unknown, at: number): void {
    const telemetry = telemetryIn(body);
    if (!telemetry) return;
    this.#moveTo(at); // before this is known, or it would count for the past
    this.#sources.set(telemetry.source, { telemetry, heardAt: at });
  }

  /** How everything is. */
  health(at: number): SystemHealth {
    this.#moveTo(at);
    const up = this.#upAt(at);
    const readModels = up.flatMap(({ telemetry }) => telemetry.readModel ?? []);
    const readModel = readModels.toSorted((a, b) => b.next - a.next)[0];
    return {
      actors: actorNames.map((actor) => ({
        ...actorIn(up, actor),
        history: [...this.#histories.get(actor)!],
      })),
      breakers: breakersIn(up),
      processes: processesIn([...this.#sources.values()], at),
      ...(readModel && { readModel }),
    };
  }

  #upAt(at: number): Source[] {
    return [...this.#sources.values()].filter(({ heardAt }) => at - heardAt < missingMs);
  }

  /** Takes every sample that has been due since the last one, as things were then, and forgets who is long gone. */
  #moveTo(at: number): void {
    if (this.#sampledAt === undefined || at < this.#sampledAt) this.#sampledAt = at;
    this.#sampledAt = Math.max(this.#sampledAt, at - samplesKept * sampleMs);
    for (; this.#sampledAt + sampleMs <= at; this.#sampledAt += sampleMs) {
      const up = this.#upAt(this.#sampledAt + sampleMs);
      for (const [actor, history] of this.#histories) {
        history.push(actorIn(up, actor).handledPerS);
        if (history.length > samplesKept) history.shift();
      }
    }
    for (const [source, { heardAt }] of this.#sources) if (at - heardAt > forgottenMs) this.#sources.delete(source);
  }
}

function actorIn(up: readonly Source[], actor: ActorName): Omit<ActorHealth, 'history'> {
  const told = up.flatMap(({ telemetry }) => telemetry.actors.filter((one) => one.actor === actor));
  const sum = (of: (one: ActorTelemetry) => number) => told.reduce((total, one) => total + of(one), 0);
  const latencies = told.flatMap(({ latencyMs }) => latencyMs ?? []);
  const worst = (which: 'p50' | 'p95' | 'p99' | 'max') => Math.max(...latencies.map((one) => one[which]));
  return {
    actor,
    up: told.length > 0,
    handledPerS: sum((one) => one.handledPerS),
    handled: sum((one) => one.handled),
    inHand: sum((one) => one.inHand),
    retried: sum((one) => one.retried),
    buried: sum((one) => one.buried),
    latencyMs:
      latencies.length === 0 ? null : { p50: worst('p50'), p95: worst('p95'), p99: worst('p99'), max: worst('max') },
  };
}

const badness: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 };

/** A process that stands by has a breaker too, which is closed; so the worst one is that of who works. */
function breakersIn(up: readonly Source[]): Telemetry['breakers'] {
  const worst = new Map<string, BreakerState>();
  for (const { partner, state } of up.flatMap(({ telemetry }) => telemetry.breakers))
    if (badness[state] >= badness[worst.get(partner) ?? 'closed']) worst.set(partner, state);
  return Array.from(worst, ([partner, state]) => ({ partner, state }));
}

/** The sides of one process are one. */
function processesIn(sources: readonly Source[], at: number): ProcessHealth[] {
  const processes = new Map<string, Source[]>();
  for (const source of sources) {
    const { host, pid } = source.telemetry;
    const key = `${host} ${pid}`;
    processes.set(key, [...(processes.get(key) ?? []), source]);
  }
  return Array.from(processes.values(), (sides) => {
    const last = sides.toSorted((a, b) => b.heardAt - a.heardAt)[0]!;
    const { host, pid, memoryBytes } = last.telemetry;
    const told = new Set(sides.flatMap(({ telemetry }) => telemetry.actors.map(({ actor }) => actor)));
    return {
      host,
      pid,
      startedAt: Math.min(...sides.map(({ telemetry }) => telemetry.startedAt)),
      memoryBytes,
      actors: [...told].toSorted((a, b) => placeOf(a) - placeOf(b)),
      heardAgoMs: Math.round(at - last.heardAt),
      up: at - last.heardAt < missingMs,
    };
  });
}

const placeOf = (actor: string): number => (actorNames as readonly string[]).indexOf(actor);
