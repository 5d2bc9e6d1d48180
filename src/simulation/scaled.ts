import type { Arrivals, Script } from './script.ts';

/** The same script with phases and faults that last `factor` times as long: who comes, and how quick the platform is, stays as it is. */
export function scaled(script: Script, factor: number): Script {
  const times = <T extends { for?: number; at?: number }>(one: T): T => ({
    ...one,
    ...(one.for !== undefined && { for: one.for * factor }),
    ...(one.at !== undefined && { at: one.at * factor }),
  });
  return {
    ...script,
    phases: script.phases.map((phase) => ({
      ...times(phase),
      ...(phase.orders !== undefined && { orders: Math.max(1, Math.round(phase.orders * factor)) }),
      ...(phase.arrivals && { arrivals: scaledArrivals(phase.arrivals, factor) }),
    })),
    faults: script.faults.map(times),
  };
}

const scaledArrivals = (arrivals: Arrivals, factor: number): Arrivals =>
  'peak' in arrivals ? { ...arrivals, at: arrivals.at * factor, lasts: arrivals.lasts * factor } : arrivals;
