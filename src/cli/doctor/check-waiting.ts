import { topology } from '../open-broker.ts';
import { won } from '../show.ts';
import { isEmbedded, ofEmbedded } from './check-broker.ts';
import { type Facts, ofRabbitMq } from './facts.ts';
import { counted, type Finding, ok, problem, warning } from './finding.ts';

/** Entries in a queue from which on somebody should see to it, and from which on it soon takes no more. */
const many = 10_000;
const tooMany = 900_000;

type Depth = { actor: string; waiting: number; consumers?: number };

/** How much waits for each actor. What waits for nobody is no finding of its own: see the actors. */
export const checkWaiting = (facts: Facts): Finding[] =>
  withDepths('waiting', facts, (depths) => {
    const work = depths.filter(({ actor }) => actor !== deadLetters);
    const findings = work.flatMap(({ actor, waiting }): Finding[] => {
      const wait = `${won(waiting)} messages wait for ${actor}`;
      if (waiting >= tooMany)
        return [
          problem('waiting', `${wait}: its queue soon takes no more, and orders are refused.`, {
            cure: 'Run it.',
            run: `baedal up --actors ${actor}`,
          }),
        ];
      if (waiting >= many)
        return [
          warning('waiting', `${wait}.`, {
            cure: 'See whether it works, and whether they become fewer.',
            run: 'baedal system',
          }),
        ];
      return [];
    });
    if (findings.length > 0) return findings;
    const sum = work.reduce((total, { waiting }) => total + waiting, 0);
    return [ok('waiting', sum === 0 ? 'Nothing.' : `${counted(sum, 'message')} in all.`)];
  });

/** Dead letters that wait for a person. */
export const checkDeadLetters = (facts: Facts): Finding[] =>
  withDepths('dead-letters', facts, (depths) => {
    const fresh = depths.find(({ actor }) => actor === deadLetters)?.waiting ?? 0;
    const known = facts.disk.facts.readModel?.facts?.dead ?? 0;
    if (known + fresh === 0) return [ok('dead-letters', 'None.')];
    const taken = fresh === 0 ? '' : ` ${known > 0 ? 'and ' : ''}${won(fresh)} that nobody has taken in yet`;
    const decide = known > 0 ? ` ${won(known)} to decide on` : '';
    return [
      warning('dead-letters', `There ${known + fresh === 1 ? 'is' : 'are'}${decide}${taken}.`, {
        cure:
          fresh > 0 && known === 0
            ? 'Start `baedal up`, which takes them in, and then decide on them.'
            : 'Redrive or discard them.',
        run: 'baedal dead list',
      }),
    ];
  });

const deadLetters = 'dead letters';

/** How much each queue holds, on either broker. */
function withDepths(check: 'waiting' | 'dead-letters', facts: Facts, judge: (depths: Depth[]) => Finding[]): Finding[] {
  if (isEmbedded(facts)) return ofEmbedded(check, facts, 'embedded', ({ queues }) => judge(queues));
  return ofRabbitMq(check, facts, 'queues', () => judge(depthsOf(facts)));
}

/** The work queues on RabbitMQ and that of the dead letters. */
export function depthsOf({ settings, rabbitMq }: Facts): Depth[] {
  if ('failure' in settings || !rabbitMq || !('product' in rabbitMq)) return [];
  const { queues, deadLetters: dead } = topology(settings.is);
  const actors = new Map([...queues.map(({ name, actor }) => [name, actor] as const), [dead, deadLetters] as const]);
  return (rabbitMq.queues ?? []).flatMap(({ name, waiting = 0, consumers = 0 }) => {
    const actor = actors.get(name);
    return actor ? [{ actor, waiting, consumers }] : [];
  });
}
