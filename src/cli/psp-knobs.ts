import { type Knobs, mostLatencyMs } from '../psp/knobs.ts';
import { UsageError } from './exit-code.ts';

export type KnobFlags = {
  latencyMs?: string;
  capacity?: string;
  declineRate?: string;
  failRate?: string;
  hangRate?: string;
  loseRate?: string;
};

/** Only the knobs that flags name. @throws {UsageError} */
export function knobsFrom(flags: KnobFlags): Partial<Knobs> {
  return {
    ...(flags.latencyMs !== undefined && { latencyMs: parseLatency(flags.latencyMs) }),
    ...(flags.capacity !== undefined && { capacity: parseCapacity(flags.capacity) }),
    ...(flags.declineRate !== undefined && { declineRate: parseRate(flags.declineRate, 'decline') }),
    ...(flags.failRate !== undefined && { failRate: parseRate(flags.failRate, 'fail') }),
    ...(flags.hangRate !== undefined && { hangRate: parseRate(flags.hangRate, 'hang') }),
    ...(flags.loseRate !== undefined && { loseRate: parseRate(flags.loseRate, 'lose') }),
  };
}

/** `120` or `400-620` */
function parseLatency(text: string): Knobs['latencyMs'] {
  const [, least, most = least] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text.trim()) ?? [];
  const range: Knobs['latencyMs'] = [Number(least), Number(most)];
  if (!(range[0] <= range[1] && range[1] <= mostLatencyMs))
    throw new UsageError(
      `The latency must be whole milliseconds up to ${mostLatencyMs.toLocaleString('en-US')}, such as 120, or 400-620 for something between, not "${text}".`,
    );
  return range;
}

function parseCapacity(text: string): number | null {
  if (!/^\d{1,9}$/.test(text.trim()))
    throw new UsageError(
      `The capacity must be a whole number of requests, at most 999,999,999, or 0 for no limit, not "${text}".`,
    );
  return Number(text) || null;
}

/** A part, 0 to 1. @throws {UsageError} */
export function parseRate(text: string, what: string): number {
  const rate = text.trim() === '' ? Number.NaN : Number(text);
  if (!(rate >= 0 && rate <= 1))
    throw new UsageError(`The ${what} rate must be a number from 0 to 1, such as 0.1, not "${text}".`);
  return rate;
}
