import { afterSettings, type Facts, ofDisk, ofRabbitMq } from './facts.ts';
import { type Finding, ok, problem, unchecked, warning } from './finding.ts';

/** The oldest release that was tried, and the first one that was not. */
const oldest = [3, 10] as const;
const untried = 5;

/** Whether the broker can be reached, and is one that is known. */
export function checkBroker(facts: Facts): Finding[] {
  if ('failure' in facts.settings) return [unchecked('broker', afterSettings)];
  if (facts.settings.transport === 'embedded') return [embedded(facts)];
  const { rabbitMq } = facts;
  if (!rabbitMq) return [unchecked('broker', 'it was not asked')];
  if (!('product' in rabbitMq)) return [{ ...problem('broker', rabbitMq.failure, {}), brokerAway: true }];
  const { product, version, redactedUrl, silent, failure } = rabbitMq;
  const is = `${product} ${version} at ${redactedUrl}`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const findings: Finding[] = [];
  if (product !== 'RabbitMQ')
    findings.push(
      warning('broker', `${is} is no RabbitMQ.`, {
        cure: 'Nothing is known of how it behaves; use RabbitMQ 3.10 or later.',
      }),
    );
  else if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    findings.push(problem('broker', `${is} is too old.`, { cure: 'Install RabbitMQ 3.10 or later.' }));
  else if (!(major < untried))
    findings.push(
      warning('broker', `${is} is newer than any that was tried.`, {
        cure: 'Try it with `npm test` before you rely on it.',
      }),
    );
  for (const { redactedUrl, why } of silent)
    findings.push(
      warning('broker', `Another host of the cluster lets nobody in: ${redactedUrl} (${why}).`, {
        cure: 'Start it, or take it out of the address: while it is away, one node less may be lost.',
      }),
    );
  if (failure)
    findings.push(
      warning('broker', `${is} did not answer all that it was asked: ${failure}.`, {
        cure: 'See its log, and ask again.',
        run: 'baedal doctor',
      }),
    );
  return findings.length > 0 ? findings : [ok('broker', `${is}.`)];
}

function embedded({ disk }: Facts): Finding {
  const file = disk.facts.databases?.find(({ name }) => name === 'broker.sqlite');
  if (!file) return ok('broker', 'Embedded; its file is made by the first command that needs it.');
  if (file.unreadable || (file.version ?? 0) > file.known)
    return unchecked('broker', 'the embedded broker’s file could not be read, see above');
  return ok('broker', `Embedded, ${file.open ? 'open in some process' : 'nobody has it open'}.`);
}

/** Whether the broker takes messages now. */
export function checkAlarms(facts: Facts): Finding[] {
  if (isEmbedded(facts)) return [ok('alarms', 'None: a full disk would be the only one, see above.')];
  const { rabbitMq } = facts;
  if (rabbitMq && 'product' in rabbitMq && rabbitMq.alarm === null) return [ok('alarms', 'None: it takes messages.')];
  return ofRabbitMq('alarms', facts, 'alarm', (why) => [
    problem('alarms', `RabbitMQ takes no messages now: ${why}.`, {
      cure: 'Give its machine memory or room on the disk, whichever it is; or raise its limit.',
      run: 'rabbitmq-diagnostics alarms',
    }),
  ]);
}

/** Whose actors the queues belong to. */
export function checkHome(facts: Facts): Finding[] {
  if (isEmbedded(facts)) return [ok('home', 'The broker lies in the data folder.')];
  if (facts.disk.failures.place) return [unchecked('home', 'the name of the data folder cannot be read, see above')];
  return ofRabbitMq('home', facts, 'home', (whose) => {
    if (whose === 'nobody')
      return [ok('home', 'The queues belong to nobody yet: the first `baedal up` has them for good.')];
    if (whose === 'ours') return [ok('home', 'The queues belong to this data folder.')];
    return [
      warning('home', 'The queues belong to another data folder: actors cannot run on this one, though you can look.', {
        cure: 'For `baedal up` use the --data and --broker that they were first used with, or set BAEDAL_NAMESPACE to a new name.',
      }),
    ];
  });
}

/** Whether the settings name the embedded broker. */
export const isEmbedded = ({ settings }: Facts): boolean =>
  'transport' in settings && settings.transport === 'embedded';

/** What the embedded broker holds, or why there are no findings about it. */
export const ofEmbedded: typeof ofDisk = (check, facts, topic, judge, onFailure) =>
  facts.disk.facts.databases?.every(({ name }) => name !== 'broker.sqlite')
    ? [ok(check, 'None yet.')]
    : ofDisk(check, facts, topic, judge, onFailure);
