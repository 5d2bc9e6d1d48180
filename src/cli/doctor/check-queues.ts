import type { RabbitMqFacts } from '../../broker/rabbitmq/examine.ts';
import { isEmbedded, ofEmbedded } from './check-broker.ts';
import { type Facts, inSentence, ofRabbitMq } from './facts.ts';
import { counted, type Finding, inShell, listed, ok, problem, unchecked, warning } from './finding.ts';

const up = { run: 'baedal up' };

/** Whether everything that messages go through is there, and as this version declares it. */
export function checkQueues(facts: Facts): Finding[] {
  if (!isEmbedded(facts)) return ofRabbitMq('queues', facts, 'queues', (queues, all) => judge(queues, all));
  return ofEmbedded('queues', facts, 'embedded', ({ missing, queues }) => {
    if (missing.length > 0)
      return [
        warning('queues', `${listed(missing)} ${isAre(missing)} missing.`, {
          cure: 'The next command makes what is missing.',
          ...up,
        }),
      ];
    const wrong = queues.filter(({ miscounted }) => miscounted).map(({ name }) => name);
    if (wrong.length > 0)
      return [
        warning(
          'queues',
          `${listed(wrong)} ${wrong.length === 1 ? 'holds' : 'hold'} another number of messages than the broker has counted.`,
          {
            cure: 'Somebody has written into broker.sqlite by hand. It refuses messages too early, or too late.',
          },
        ),
      ];
    return [ok('queues', `${counted(queues.length + 1, 'queue')}, the journal among them, all there.`)];
  });
}

function judge(
  queues: NonNullable<RabbitMqFacts['queues']>,
  { exchanges = [], declared, failure, virtualHost }: RabbitMqFacts,
): Finding[] {
  const kinds = [
    ...queues.map((one) => ({ ...one, kind: 'queue' })),
    ...exchanges.map((one) => ({ ...one, kind: 'exchange' })),
  ];
  const missing = kinds.filter(({ state }) => state === 'missing');
  if (missing.length === kinds.length)
    return [ok('queues', 'None yet in this namespace; the first `baedal up` declares them.')];
  const findings: Finding[] = [];
  for (const { kind, name, ...held } of kinds) {
    if (held.state === 'other') findings.push(drifted(kind, name, held, virtualHost));
    if (held.state === 'unknown')
      findings.push(
        problem('queues', `The ${kind} ${name} cannot be used: ${inSentence(held.reason)}.`, {
          cure: 'See RabbitMQ’s log, and the permissions of this user.',
        }),
      );
  }
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name);
    findings.push(
      problem('queues', `${listed(names)} ${isAre(names)} missing.`, {
        cure: 'Whoever starts the actors declares what is missing.',
        ...up,
      }),
    );
  } else if (declared === false && findings.length === 0) {
    findings.push(
      warning(
        'queues',
        'All are there, but another version declared them last: some ways between them may be missing.',
        { cure: 'Start this version once.', ...up },
      ),
    );
  }
  if (failure && exchanges.length === 0)
    findings.push(unchecked('queues', `the exchanges, since ${inSentence(failure)}`));
  if (findings.length > 0) return findings;
  return [
    ok(
      'queues',
      `${counted(queues.length, 'queue')} and ${counted(exchanges.length, 'exchange')}, as this version declares them.`,
    ),
  ];
}

/** Something is there with other settings than this version declares. */
function drifted(
  kind: string,
  name: string,
  { argument, ours, theirs }: { argument: string; ours: string; theirs: string },
  virtualHost: string,
): Finding {
  const found = `The ${kind} ${name} has ${argument} ${theirs}, and this version declares ${ours}.`;
  if (name.endsWith('.journal'))
    return problem('queues', found, {
      cure: 'Set BAEDAL_NAMESPACE to a new name. To delete it would be to lose what read models are made from.',
    });
  const where = virtualHost === '/' ? '' : ` -p ${inShell(virtualHost)}`;
  return problem('queues', found, {
    cure: 'Once it is empty, delete it and start `baedal up`, which declares it anew; or set BAEDAL_NAMESPACE to a new name.',
    ...(kind === 'queue' && { run: `rabbitmqctl delete_queue${where} ${inShell(name)}` }),
  });
}

const isAre = (names: readonly string[]): string => (names.length === 1 ? 'is' : 'are');
