import { z } from 'zod';
import type { BreakerState } from '../partners/breaker.ts';

/** What one side of a platform tells of itself once a second. Counts are since its start; rates and latencies are of the last second. */
export type Telemetry = {
  /** Whose it is: unique for each start of each side. */
  source: string;
  /** The machine's name, and the process on it. */
  host: string;
  pid: number;
  /** Epoch milliseconds, by the clock of who tells. */
  startedAt: number;
  at: number;
  /** Of the whole process, its other sides included. */
  memoryBytes: number;
  actors: ActorTelemetry[];
  /** The breakers in front of the partners that this side calls. */
  breakers: { partner: string; state: BreakerState }[];
  /**
   * Told by the side that folds the journal, once it has folded something: the offset that comes next, and how old the events of the last
   * second were when they were folded; null where there were none.
   */
  readModel?: { next: number; lagMs: { p50: number; p99: number } | null } | undefined;
};

export type ActorTelemetry = {
  actor: string;
  partition: number;
  handledPerS: number;
  handled: number;
  inHand: number;
  retried: number;
  buried: number;
  /** How long messages were in hand, from taken to acked; null where none was acked. */
  latencyMs: { p50: number; p95: number; p99: number; max: number } | null;
};

const name = z.string().min(1).max(300);
const number = z.number().nonnegative();

/** Fields that we do not know are left out: a newer version may tell more. */
const schema: z.ZodType<Telemetry> = z.object({
  source: name,
  host: name,
  pid: number,
  startedAt: number,
  at: number,
  memoryBytes: number,
  actors: z
    .array(
      z.object({
        actor: name,
        partition: number,
        handledPerS: number,
        handled: number,
        inHand: number,
        retried: number,
        buried: number,
        latencyMs: z.object({ p50: number, p95: number, p99: number, max: number }).nullable(),
      }),
    )
    .max(10_000),
  breakers: z.array(z.object({ partner: name, state: z.enum(['closed', 'half-open', 'open']) })).max(100),
  readModel: z.object({ next: number, lagMs: z.object({ p50: number, p99: number }).nullable() }).optional(),
});

/** What was broadcast, if it is telemetry; undefined otherwise. */
export const telemetryIn = (body: unknown): Telemetry | undefined => schema.safeParse(body).data;
