import { waitFor } from '../../readmodel/catch-up.ts';
import { behind, positionOf } from '../../readmodel/position.ts';
import { Reader } from '../../readmodel/reader.ts';
import { rebuild } from '../../readmodel/rebuild.ts';
import { type Difference, verify } from '../../readmodel/verify.ts';
import { withBroker } from '../client.ts';
import { AlreadySaid, Interrupted } from '../exit-code.ts';
import { folderOf, now } from '../open-broker.ts';
import { print, printJson, say } from '../print.ts';
import { progressLine } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { span, won } from '../show.ts';
import { untilSignal } from '../until-signal.ts';

const elapsed = () => performance.now();

/** What was published just now may still be on its way, milliseconds. */
const onItsWayMs = 300;

/** `baedal readmodel status` */
export async function readModelStatus(settings: Settings): Promise<void> {
  const end = await withBroker(settings, (broker) => broker.journalEnd());
  const seen = [{ end, at: now() }];
  const reader = new Reader(folderOf(settings));
  try {
    await waitFor(reader, end, onItsWayMs);
    const position = reader.ask(positionOf);
    const late = behind(position, seen, now());
    if (settings.json) return printJson({ ...position, end, behind: late });
    print(`It has read ${won(position.next)} of the ${won(end)} entries of the journal.`);
    print(late.entries === 0 ? 'Nothing is missing.' : `It is ${won(late.entries)} entries behind, ${span(late.ms)}.`);
    for (const { from, to } of position.gaps)
      print(`Entries ${from} to ${to - 1} were trimmed from the journal before they were read here.`);
  } finally {
    reader.close();
  }
}

/** `baedal readmodel rebuild` */
export async function readModelRebuild(settings: Settings, { forget = false }: { forget?: boolean }): Promise<void> {
  const signal = untilSignal('Stopping. The read model stays as it was.');
  const progress = progressLine();
  const rebuilt = await withBroker(settings, (broker) =>
    rebuild(folderOf(settings), broker, elapsed, {
      signal,
      forget,
      onProgress: ({ events, next, end }) => progress.show(`${won(events)} events, ${percent(next, end)}`),
    }),
  ).catch((error: unknown) => {
    if (signal.aborted) throw new Interrupted();
    throw error;
  });
  progress.end();
  const { events, orders, tookMs } = rebuilt;
  const perSecond = Math.round((1_000 * events) / Math.max(1, tookMs));
  if (settings.json) return printJson({ events, orders, tookMs: Math.round(tookMs), eventsPerSecond: perSecond });
  print(`${won(events)} events came to ${won(orders)} orders in ${span(tookMs)} (${won(perSecond)} events/s).`);
  say('It is in its place. Nobody was told anything.');
}

/** `baedal readmodel verify`: exit code 0 where the live read model is what the journal comes to, 1 otherwise. */
export async function readModelVerify(settings: Settings): Promise<void> {
  const signal = untilSignal('Stopping.');
  const progress = progressLine();
  const verified = await withBroker(settings, (broker) =>
    verify(folderOf(settings), broker, signal, (events, next, end) =>
      progress.show(`${won(events)} events, ${percent(next, end)}`),
    ),
  );
  progress.end();
  if (verified === 'interrupted') throw new Interrupted();
  const { events, rows, difference } = verified;
  if (settings.json) printJson({ same: difference === undefined, ...verified });
  else if (!difference) print(`The same: ${won(events)} events come to the same ${won(rows)} rows.`);
  if (!difference) return;
  say(`${sentence(difference)} \`baedal readmodel rebuild\` makes it what the journal says.`);
  throw new AlreadySaid('readmodel-differs');
}

function sentence({ table, row, column, live, fresh }: Difference): string {
  const text = (value: unknown) => JSON.stringify(value) ?? 'nothing';
  if (column === undefined)
    return fresh === undefined
      ? `The live read model has a row ${row} in ${table} that the journal does not come to.`
      : `The live read model lacks the row ${row} in ${table}.`;
  return `In ${table}, row ${row}, ${column} is ${text(live)}, but the journal comes to ${text(fresh)}.`;
}

const percent = (next: number, end: number): string => `${Math.floor((100 * next) / Math.max(1, end))} %`;
