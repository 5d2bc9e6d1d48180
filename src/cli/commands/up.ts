import { once } from 'node:events';
import { demoPace } from '../../actors/pace.ts';
import { BaedalError, reasonOf } from '../../errors.ts';
import { parsePositive } from '../arguments.ts';
import { type ActorName, actorNames } from '../cast.ts';
import { showsByItself } from '../dashboard/has-terminal.ts';
import { Log } from '../dashboard/log.ts';
import { UsageError } from '../exit-code.ts';
import { kakaoFrom } from '../kakao-settings.ts';
import { linkLines } from '../link-lines.ts';
import { catalogOf } from '../menu-in-use.ts';
import { folderOf, now } from '../open-broker.ts';
import { checkKakao } from '../open-kakao.ts';
import { type OpenPsp, openPsp } from '../open-psp.ts';
import { letGo, onParentGone } from '../parent.ts';
import { type Platform, type PlatformOptions, startPlatform } from '../platform.ts';
import { say } from '../print.ts';
import type { Settings } from '../settings.ts';
import type { Problem } from '../side-plan.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = {
  actors?: string;
  manual?: boolean;
  speed: string;
  quiet?: boolean;
  plain?: boolean;
  withParent?: boolean;
};

/** An actor could not go on. */
class ActorStopped extends BaedalError {
  readonly code = 'actor-stopped';
  readonly retry = true;
}

const stopping = 'Stopping: finishing what is in hand.';

/** `baedal up`: on a terminal it shows the dashboard meanwhile. */
export async function up(settings: Settings, flags: Flags): Promise<void> {
  const actors = flags.actors === undefined ? actorNames : flags.actors.split(',').map(actorNamed);
  const speed = parsePositive(flags.speed, 'The speed', 1e9);
  const pace = { ...demoPace, manual: flags.manual === true, speed, storeDeadlineMs: settings.storeDeadlineMs };
  const menu = catalogOf(settings);
  const kakao = actors.includes('notifier') ? kakaoFrom(settings.kakao) : undefined;
  const log = showsByItself(settings) && !flags.plain ? new Log(now) : undefined;
  const tell = log?.add ?? say;
  // Whoever wants lines only may well close the terminal; where there is a screen, it is to be given back.
  const signal = untilSignal(stopping, log ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'], tell);
  const ended = new AbortController();
  signal.addEventListener('abort', () => ended.abort(), { once: true });
  if (kakao) await checkKakao(kakao, settings.contacts);
  if (flags.withParent) onParentGone(() => ended.abort());
  const onProblem = ({ actor, kind, reason, orderId }: Problem) => {
    tell(`${actor}: ${kind}${orderId ? ` (order ${orderId})` : ''}: ${reason}`);
    if (kind === 'fatal') ended.abort(new ActorStopped(`The ${actor} stopped: ${reason}`));
  };
  const psp = actors.includes('payment')
    ? await openPsp(settings, (reason) => onProblem({ actor: 'payment', kind: 'partner', reason }))
    : undefined;
  try {
    const quiet = flags.quiet === true || log !== undefined;
    await run({ settings, menu, pace, actors, kakao, quiet, onProblem, say: tell }, psp, signal, ended, log);
  } finally {
    await psp?.close();
    if (flags.withParent) letGo();
  }
}

/** Runs the platform until it is stopped, or cannot go on. */
async function run(
  options: PlatformOptions,
  psp: OpenPsp | undefined,
  signal: AbortSignal,
  ended: AbortController,
  log: Log | undefined,
): Promise<void> {
  const { settings, pace } = options;
  const tell = log?.add ?? say;
  const platform = await startPlatform({
    ...options,
    ...(psp && { provider: psp.provider }),
    onTurn: (actor) => tell(`${actor}: taken over`),
  });
  if (psp) tell(`Payment provider: ${psp.what}.`);
  if (options.kakao) tell(`KakaoTalk: messages go through ${options.kakao.address.url}. ${reach(settings)}`);
  tell(`Up: ${standing(platform)}. Data in ${folderOf(settings)}. ${work(pace)} Ctrl-C stops.`);
  if (log) await show(options, platform, { signal: ended.signal, stop: () => ended.abort() }, log);
  else sayWhenLinkChanges(platform, signal);
  if (!ended.signal.aborted) await once(ended.signal, 'abort');
  const failure = ended.signal.reason;
  if (!(failure instanceof ActorStopped)) return platform.stop();
  await platform.stop().catch(() => undefined); // what stopped the actor is what there is to say
  throw failure;
}

const reach = ({ contacts }: Settings): string =>
  contacts === undefined
    ? 'There is no address book, so nobody is reached by it: name one with --contacts.'
    : `Phones are in ${contacts}.`;

/** Shows the dashboard. Who quits it stops the actors; where it cannot be shown any more, they go on. */
async function show(
  { settings }: PlatformOptions,
  { broker }: Platform,
  { signal, stop }: { signal: AbortSignal; stop(): void },
  log: Log,
): Promise<void> {
  try {
    const { runDashboard } = await import('../dashboard/run-dashboard.tsx'); // React and Ink take their time
    await runDashboard({ settings, broker, readOnly: false, log, signal });
    say(stopping);
    stop();
  } catch (error) {
    say(`The dashboard cannot be shown any more (${reasonOf(error)}). The actors go on; Ctrl-C stops them.`);
  }
}

function sayWhenLinkChanges({ broker }: Platform, signal: AbortSignal): void {
  broker.onLink(
    linkLines((line) => {
      if (!signal.aborted) say(line);
    }),
  );
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
