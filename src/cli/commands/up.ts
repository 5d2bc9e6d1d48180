import { once } from 'node:events';
import { demoPace } from '../../actors/pace.ts';
import { BaedalError } from '../../errors.ts';
import { parsePositive } from '../arguments.ts';
import { type ActorName, actorNames } from '../cast.ts';
import { UsageError } from '../exit-code.ts';
import { catalogOf } from '../menu-in-use.ts';
import { folderOf } from '../open-broker.ts';
import { type OpenPsp, openPsp } from '../open-psp.ts';
import { type PlatformOptions, startPlatform } from '../platform.ts';
import { say } from '../print.ts';
import type { Settings } from '../settings.ts';
import type { Problem } from '../side.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = { actors?: string; manual?: boolean; speed: string; quiet?: boolean };

/** An actor could not go on. */
class ActorStopped extends BaedalError {
  readonly code = 'actor-stopped';
  readonly retry = true;
}

/** `baedal up` */
export async function up(settings: Settings, flags: Flags): Promise<void> {
  const actors = flags.actors === undefined ? actorNames : flags.actors.split(',').map(actorNamed);
  const speed = parsePositive(flags.speed, 'The speed', 1e9);
  const pace = { ...demoPace, manual: flags.manual === true, speed, storeDeadlineMs: settings.storeDeadlineMs };
  const menu = catalogOf(settings);
  const signal = untilSignal('Stopping: finishing what is in hand.');
  const ended = new AbortController();
  signal.addEventListener('abort', () => ended.abort(), { once: true });
  const onProblem = ({ actor, kind, reason, orderId }: Problem) => {
    say(`${actor}: ${kind}${orderId ? ` (order ${orderId})` : ''}: ${reason}`);
    if (kind === 'fatal') ended.abort(new ActorStopped(`The ${actor} stopped: ${reason}`));
  };
  const psp = actors.includes('payment')
    ? await openPsp(settings, (reason) => onProblem({ actor: 'payment', kind: 'partner', reason }))
    : undefined;
  try {
    await run({ settings, menu, pace, actors, quiet: flags.quiet === true, onProblem }, psp, signal, ended);
  } finally {
    await psp?.close();
  }
}

/** Runs the platform until it is stopped, or cannot go on. */
async function run(
  options: PlatformOptions,
  psp: OpenPsp | undefined,
  signal: AbortSignal,
  ended: AbortController,
): Promise<void> {
  const { settings, pace } = options;
  const platform = await startPlatform({
    ...options,
    ...(psp && { provider: psp.provider }),
    onTurn: (actor) => say(`${actor}: taken over`),
  });
  let last = 'up';
  platform.broker.onLink(({ state, reason }) => {
    if (state !== last && !signal.aborted) say(`broker: ${state}${reason ? `: ${reason}` : ''}`);
    last = state;
  });
  if (psp) say(`Payment provider: ${psp.what}.`);
  say(`Up: ${standing(platform)}. Data in ${folderOf(settings)}. ${work(pace)} Ctrl-C stops.`);
  if (!ended.signal.aborted) await once(ended.signal, 'abort');
  const failure = ended.signal.reason;
  if (!(failure instanceof ActorStopped)) return platform.stop();
  await platform.stop().catch(() => undefined); // what stopped the actor is what there is to say
  throw failure;
}

/** What this process does, and what it is there for only if another one goes. */
function standing({ running, waiting }: { running: string[]; waiting: string[] }): string {
  if (waiting.length === 0) return running.join(', ');
  const others = `standing by for ${waiting.join(', ')}, which another process runs`;
  return running.length === 0 ? others : `${running.join(', ')}; ${others}`;
}

const work = ({ manual, speed }: { manual: boolean; speed: number }): string =>
  manual
    ? 'Owners and riders work by hand.'
    : `Stores and riders on autopilot, ${speed} × as fast as the catalogue says.`;

function actorNamed(word: string): ActorName {
  const name = actorNames.find((name) => name === word.trim());
  if (!name) throw new UsageError(`There is no actor "${word}". The actors are ${actorNames.join(', ')}.`);
  return name;
}
