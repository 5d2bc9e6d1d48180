import { Refused } from '../../client/errors.ts';
import {
  countDeadLetters,
  type DeadLetterFilter,
  type DeadLetterState,
  type DeadLetterView,
  deadLetterStates,
  findDeadLetter,
  listDeadLetters,
} from '../../readmodel/list-dead-letters.ts';
import { parseCount } from '../arguments.ts';
import { query, withBroker } from '../client.ts';
import { type DryRun, discard, dryRun, notDiscardable, type Redriven, redrive } from '../dead-letter-work.ts';
import { AlreadySaid, UsageError } from '../exit-code.ts';
import { now } from '../open-broker.ts';
import { print, printJson, say } from '../print.ts';
import { inLine, phraseOf, printDeadLetter, printDeadLetters, shortId, shownState } from '../print-dead-letters.ts';
import { question, somebodyIsThere } from '../question.ts';
import type { Settings } from '../settings.ts';
import { table } from '../show.ts';
import { untilSignal } from '../until-signal.ts';

/** Letters that `redrive --all` has in memory at once. */
const page = 1_000;

/** `baedal dead list` */
export async function deadList(
  settings: Settings,
  flags: { state?: string; reason?: string; limit: string },
): Promise<void> {
  const filter: DeadLetterFilter = {
    limit: parseCount(flags.limit, 'The limit', 10_000),
    ...(flags.state !== undefined && { state: parseState(flags.state) }),
    ...(flags.reason !== undefined && { reason: flags.reason }),
  };
  const [letters, counts] = await query(settings, (db) => [listDeadLetters(db, filter), countDeadLetters(db)] as const);
  if (settings.json) return printJson(letters);
  if (letters.length > 0) printDeadLetters(letters, now());
  else say('No such dead letters.');
  say(deadLetterStates.map((state) => `${counts[state]} ${state}`).join(', '));
}

/** `baedal dead show ID` */
export async function deadShow(settings: Settings, _flags: object, id: string): Promise<void> {
  const [letter] = await find(settings, [id]);
  if (settings.json) printJson(letter);
  else printDeadLetter(letter!);
}

type RedriveFlags = { all?: boolean; reason?: string; dryRun?: boolean };

/** `baedal dead redrive ID…` or `--all`: exit code 4 where one of them cannot be redriven; the others are. */
export async function deadRedrive(settings: Settings, flags: RedriveFlags, ...ids: string[]): Promise<void> {
  if (ids.length > 0 === (flags.all === true)) throw new UsageError('Name the dead letters to redrive, or --all.');
  if (flags.reason !== undefined && !flags.all) throw new UsageError('--reason goes with --all.');
  const pages = flags.all ? allDead(settings, flags.reason) : [await find(settings, ids)];
  if (flags.dryRun) return rehearse(settings, pages);

  const done: Redriven = { redriven: [], refused: [] };
  await withBroker(settings, async (broker) => {
    for await (const letters of pages) {
      const { redriven, refused } = await redrive(broker, letters);
      done.redriven.push(...redriven);
      done.refused.push(...refused);
      if (!settings.json) for (const letterId of redriven) print(`${shownState('redriven')}  ${shortId(letterId)}`);
    }
  });
  if (settings.json) printJson(done);
  for (const { letterId, reason } of done.refused) say(`${shortId(letterId)}: ${reason}`);
  if (done.refused.length > 0) throw new AlreadySaid('cannot-be-redriven');
  if (done.redriven.length === 0) say(nothingToRedrive);
}

const nothingToRedrive = 'There are no such dead letters to redrive.';

type Pages = AsyncIterable<DeadLetterView[]> | Iterable<DeadLetterView[]>;

async function rehearse(settings: Settings, pages: Pages): Promise<void> {
  const runs: (DryRun & Pick<DeadLetterView, 'letterId' | 'type' | 'orderId'>)[] = [];
  for await (const letters of pages)
    for (const letter of letters) {
      const { letterId, type, orderId } = letter;
      runs.push({ letterId, type, orderId, ...(await dryRun(settings, letter)) });
    }
  if (settings.json) printJson(runs);
  else if (runs.length === 0) say(nothingToRedrive);
  else {
    const rows = runs.map((run) => [
      shortId(run.letterId),
      inLine(run.type ?? '-'),
      inLine(run.orderId ?? '-'),
      phraseOf(run),
    ]);
    print(table(['LETTER', 'MESSAGE', 'ORDER', 'NOW IT'], rows));
    say('Nothing was sent.');
  }
  if (runs.some(({ outcome }) => outcome === 'cannot-be-redriven')) throw new AlreadySaid('cannot-be-redriven');
}

/** `baedal dead discard ID…`: on a terminal it asks first. */
export async function deadDiscard(
  settings: Settings,
  flags: { reason: string; yes?: boolean },
  ...ids: string[]
): Promise<void> {
  if (!flags.yes && (settings.json || !somebodyIsThere()))
    throw new UsageError('Nothing comes of a message that is discarded. Say --yes if you mean it.');
  const letters = await find(settings, ids);
  const refusal = letters.map(notDiscardable).find((one) => one !== undefined);
  if (refusal !== undefined) throw new Refused('redriven-already', refusal);
  if (!flags.yes && !(await confirmed(letters.length))) throw new AlreadySaid('not-confirmed');
  await withBroker(settings, (broker) => discard(broker, letters, flags.reason));
  const discarded = letters.map(({ letterId }) => letterId);
  if (settings.json) return printJson({ discarded, reason: flags.reason });
  for (const letterId of discarded) print(`${shownState('discarded')}  ${shortId(letterId)}`);
}

async function confirmed(count: number): Promise<boolean> {
  const what = count === 1 ? 'this dead letter' : `these ${count} dead letters`;
  const answer = await question(`Discard ${what}? [y/N] `, untilSignal('Nothing was discarded.'));
  const yes = answer !== undefined && /^\s*(y|yes|네|예)\s*$/i.test(answer);
  if (!yes) say('Nothing was discarded.');
  return yes;
}

/** Each letter once, in the order named. @throws {Refused} one of them is not there */
async function find(settings: Settings, ids: readonly string[]): Promise<DeadLetterView[]> {
  const found = await query(settings, (db) => ids.map((id) => [id, findDeadLetter(db, id)] as const));
  const letters = new Map<string, DeadLetterView>();
  for (const [id, letter] of found) {
    if (!letter) throw new Refused('no-such-letter', `There is no dead letter "${id}". See \`baedal dead list\`.`);
    letters.set(letter.letterId, letter);
  }
  return [...letters.values()];
}

/** All that are dead, page by page, oldest first. Those that die meanwhile are not among them: a redriven one may die again. */
async function* allDead(settings: Settings, reason: string | undefined): AsyncGenerator<DeadLetterView[]> {
  const startedAt = now();
  const filter = {
    state: 'dead' as const,
    first: 'oldest' as const,
    limit: page,
    ...(reason !== undefined && { reason }),
  };
  let after: DeadLetterFilter['after'];
  for (;;) {
    const more = await query(settings, (db) => listDeadLetters(db, { ...filter, ...(after && { after }) }));
    const letters = more.filter(({ at }) => at <= startedAt);
    if (letters.length > 0) yield letters;
    if (letters.length < page) return;
    after = letters.at(-1)!;
  }
}

function parseState(text: string): DeadLetterState {
  const state = deadLetterStates.find((state) => state === text);
  if (!state) throw new UsageError(`"${text}" is no state of a dead letter. They are ${deadLetterStates.join(', ')}.`);
  return state;
}
