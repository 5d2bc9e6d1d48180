import { type ActorName, actorNames } from '../cast.ts';
import { isEmbedded } from './check-broker.ts';
import { depthsOf } from './check-waiting.ts';
import { afterSettings, type Facts } from './facts.ts';
import { counted, type Finding, listed, ok, unchecked, warning } from './finding.ts';

/** Who runs the actors, and whether they tell of themselves. */
export function checkActors(facts: Facts): Finding[] {
  if ('failure' in facts.settings) return [unchecked('actors', afterSettings)];
  const taking = whoTakes(facts);
  const heard = facts.heard;
  if (!taking || !heard) return [unchecked('actors', 'nothing is known of the broker')];
  const telling = new Set(heard.actors.filter(({ up }) => up).map(({ actor }) => actor));
  const absent = actorNames.filter((actor) => !taking.has(actor) && !telling.has(actor));
  const silent = actorNames.filter((actor) => taking.has(actor) && !telling.has(actor));
  if (absent.length === actorNames.length)
    return [
      warning('actors', 'Nobody runs them: what is ordered waits, until its time is up.', {
        cure: 'Start them.',
        run: 'baedal up',
      }),
    ];
  const findings: Finding[] = [];
  if (absent.length > 0)
    findings.push(
      warning('actors', `Nobody runs ${listed(absent)}; what is for ${absent.length === 1 ? 'it' : 'them'} waits.`, {
        cure: 'Start what is missing.',
        run: `baedal up --actors ${absent.join(',')}`,
      }),
    );
  if (silent.length > 0)
    findings.push(
      warning(
        'actors',
        `Somebody takes the messages of ${listed(silent)}, and tells nothing of itself: it hangs, or starts or ends just now.`,
        {
          cure: 'See whether it is heard now; else end that process and start it again.',
          run: 'baedal system',
        },
      ),
    );
  const open = heard.breakers.filter(({ state }) => state !== 'closed');
  for (const { partner, state } of open)
    findings.push(
      warning('actors', `The breaker of the ${partner} is ${state}.`, {
        cure: 'See when and why.',
        run: 'baedal breaker',
      }),
    );
  if (findings.length > 0) return findings;
  const processes = heard.processes.filter(({ up }) => up);
  const where = listed(processes.map(({ host, pid }) => `${host}:${pid}`));
  return [
    ok(
      'actors',
      `All ${actorNames.length} run, in ${counted(processes.length, 'process').replace('processs', 'processes')} (${where}).`,
    ),
  ];
}

/** The actors whose messages somebody takes; undefined where that could not be found out. */
function whoTakes(facts: Facts): Set<ActorName> | undefined {
  if (isEmbedded(facts)) {
    const held = facts.disk.facts.locks?.held;
    return held && new Set(actorNames.filter((actor) => held.some((name) => name.includes(`.${actor}.`))));
  }
  const depths = depthsOf(facts);
  if (depths.length === 0) return undefined;
  return new Set(
    actorNames.filter((name) => depths.some(({ actor, consumers = 0 }) => actor === name && consumers > 0)),
  );
}
