import { won } from '../show.ts';
import { type Facts, ofDisk } from './facts.ts';
import { counted, type Finding, ok, problem, unchecked, warning } from './finding.ts';

/** Entries that a read model may be behind while somebody keeps it up to date, and is busy with it. */
const busyEntries = 1_000;

const rebuild = { run: 'baedal readmodel rebuild' };

/** What every question is answered from: whether it is there, how far behind, and what it lacks. */
export const checkReadModel = (facts: Facts): Finding[] =>
  ofDisk('read-model', facts, 'readModel', ({ file, exists, nameIsOdd, facts: model }) => {
    if (nameIsOdd)
      return [
        warning('read-model', `readmodel.current names no read model, so ${file} is used.`, {
          cure: 'Put a fresh one in its place.',
          ...rebuild,
        }),
      ];
    if (!exists)
      return file === 'readmodel.sqlite'
        ? [ok('read-model', 'None yet; the first question makes it from the journal.')]
        : [
            problem('read-model', `${file} is to be the read model, and is not there.`, {
              cure: 'Make it anew.',
              ...rebuild,
            }),
          ];
    if (!model) return [unchecked('read-model', 'its file could not be read, see above')];
    const findings: Finding[] = model.gaps.map(({ from, to }) =>
      warning('read-model', `Entries ${from} to ${to - 1} were trimmed from the journal before they were read.`, {
        cure: 'Orders of that time may be missing. A data folder that has read them can be copied here.',
      }),
    );
    if (model.strange.count > 0)
      findings.push(
        warning(
          'read-model',
          `${counted(model.strange.count, 'event')} of types that this version does not know: ${model.strange.types.join(', ')}.`,
          { cure: 'A newer baedal writes to this journal. Update this one.' },
        ),
      );
    return [...findings, ...againstJournal(facts, model.next)];
  });

function againstJournal(facts: Facts, next: number): Finding[] {
  const journal = journalOf(facts);
  const isAt = `At entry ${won(next)}`;
  if (journal === undefined) return [ok('read-model', `${isAt} of the journal, whose end is not known.`)];
  if (journal === null)
    return [ok('read-model', next === 0 ? 'Empty, as the journal is.' : `${isAt}; the journal is empty.`)];
  const { first, end } = journal;
  if (next > end)
    return [
      warning('read-model', `${isAt}, but the journal ends at ${won(end)}: it is another one than it was.`, {
        cure: 'Make it anew from the journal that there is.',
        ...rebuild,
      }),
    ];
  if (next < first)
    return [
      warning('read-model', `${isAt}, but the journal begins at ${won(first)}: what was between was trimmed.`, {
        cure: 'A data folder that has read it can be copied here.',
      }),
    ];
  const behind = end - next;
  const followed = facts.disk.facts.locks?.held.includes('readmodel') ?? false;
  if (behind === 0) return [ok('read-model', `${isAt}, up to date.`)];
  if (!followed)
    return [
      ok(
        'read-model',
        `${counted(behind, 'entry').replace('entrys', 'entries')} behind; the next question takes them in.`,
      ),
    ];
  if (behind <= busyEntries) return [ok('read-model', `${isAt}, up to date but for what comes just now.`)];
  return [
    warning('read-model', `${won(behind)} entries behind, though somebody keeps it up to date.`, {
      cure: 'See whether it comes nearer.',
      run: 'baedal readmodel status',
    }),
  ];
}

function journalOf({ disk, rabbitMq }: Facts): { first: number; end: number } | null | undefined {
  if (disk.facts.embedded) return disk.facts.embedded.journal;
  return rabbitMq && 'product' in rabbitMq ? rabbitMq.journal : undefined;
}
