import { setTimeout as sleep } from 'node:timers/promises';
import type { Mark } from './report.ts';
import type { Fault, FaultyActor, ProviderKnobs, Script } from './script.ts';
import type { Stage } from './stage.ts';

/** A fault and its end. Times are milliseconds since the start; one that lasts as long as a phase has none. */
export type Cue = { during?: string; fault: Act; cure: Act };
export type Act = { atMs: number; mark: Mark; make(): Promise<void> };

/** What was killed is started again after so many milliseconds, where the script does not say when. */
const startAgainMs = 1_000;
/** The longest sleep that a timer can be given is some 24 days; a day is enough, milliseconds. */
const longestSleepMs = 86_400_000;

/**
 * Everything that a script does to its platform: each fault, and its end, which is that of the last phase where it says no other. A provider
 * that is ill-treated in two ways at once is in both; afterwards it is as it was at the start. An actor that two faults keep down is started
 * again once both are over.
 */
export function cuesOf(script: Script, stage: Stage): Cue[] {
  const active = new Set<ProviderKnobs>();
  const keptDown = new Map<FaultyActor, number>();
  const fell = (actor: FaultyActor) => void keptDown.set(actor, (keptDown.get(actor) ?? 0) + 1);
  const start = async (actor: FaultyActor) => {
    const others = keptDown.get(actor)! - 1;
    keptDown.set(actor, others);
    if (others === 0) await stage.start(actor);
  };
  const provider = (_changed: unknown) => stage.provider(Object.assign({}, calmOnes, script.provider, ...active));
  return script.faults.map(
    ({ at = Number.POSITIVE_INFINITY, for: lasts, during, down, kill, provider: knobs }): Cue => {
      const cue = (
        text: string,
        make: () => Promise<void>,
        cure: () => Promise<void>,
        usualMs = Number.POSITIVE_INFINITY,
      ): Cue => ({
        ...(during !== undefined && { during }),
        fault: act(at, 'fault', text, make),
        cure: act(at + (lasts ?? usualMs), 'cure', text, cure),
      });
      if (down !== undefined)
        return cue(
          `${down} down`,
          () => {
            fell(down);
            return stage.stop(down);
          },
          () => start(down),
        );
      if (kill !== undefined)
        return cue(
          `${kill} killed`,
          () => {
            fell(kill);
            return stage.kill(kill);
          },
          () => start(kill),
          startAgainMs,
        );
      if (knobs === undefined)
        return cue(
          'broker restarts',
          () => stage.restartBroker(),
          async () => {},
          0,
        );
      const make = () => provider(active.add(knobs));
      return cue(`provider: ${worded(knobs)}`, make, () => provider(active.delete(knobs)));
    },
  );
}

const act = (atMs: number, kind: Mark['kind'], text: string, make: () => Promise<void>): Act => ({
  atMs,
  mark: { atS: atMs / 1_000, kind, text },
  make,
});

/** A provider without faults: what a script does not say. */
const calmOnes: Required<ProviderKnobs> = {
  latency: [0, 0],
  capacity: null,
  declines: 0,
  fails: 0,
  hangs: 0,
  loses: 0,
};

/** The actors that something is done to: each has to be a process of its own. */
export const actorsAtRisk = ({ faults }: Script): FaultyActor[] => [
  ...new Set(faults.flatMap((fault: Fault) => fault.down ?? fault.kill ?? [])),
];

/** `latency 400-620 ms, capacity 20, hangs 100%` */
function worded(knobs: ProviderKnobs): string {
  return Object.entries(knobs)
    .map(([name, value]) => {
      if (Array.isArray(value)) return `${name} ${value[0] === value[1] ? value[0] : value.join('-')} ms`;
      if (name === 'capacity') return value === null ? 'no limit' : `capacity ${value}`;
      return `${name} ${Math.round(Number(value) * 1_000) / 10}%`;
    })
    .join(', ');
}

/**
 * Makes each fault when it is due, and ends it, until `signal` aborts: then every fault that was made and is not over is ended at once.
 * @param told of each, once it is being made
 * @throws what the first one throws that fails; the others are ended all the same
 */
export async function playCues(
  cues: readonly Cue[],
  elapsedMs: () => number,
  signal: AbortSignal,
  told: (act: Act) => void,
): Promise<void> {
  const due = async ({ atMs }: Act) => {
    while (elapsedMs() < atMs && !signal.aborted)
      await sleep(Math.min(Math.max(1, atMs - elapsedMs()), longestSleepMs), undefined, { signal }).catch(() => {});
  };
  const play = async ({ fault, cure }: Cue) => {
    await due(fault);
    if (signal.aborted) return;
    told(fault);
    await fault.make();
    await due(cure);
    told(cure);
    await cure.make();
  };
  const played = await Promise.allSettled(cues.map(play));
  for (const one of played) if (one.status === 'rejected') throw one.reason;
}
