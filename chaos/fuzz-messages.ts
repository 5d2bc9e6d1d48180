import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '../bench/figures.ts';
import type { Audit } from '../src/audit/audit.ts';
import { folderOf, topology } from '../src/cli/open-broker.ts';
import { findOrder } from '../src/readmodel/find-order.ts';
import { Reader } from '../src/readmodel/reader.ts';
import { randomFrom } from '../src/simulation/random.ts';
import type { Running } from '../test/harness/baedal.ts';
import { eventually } from '../test/harness/eventually.ts';
import type { Customers } from './customers.ts';
import type { Drill, Ground, Report } from './drill.ts';
import { accountsOf, keptIn } from './fuzz/accounts.ts';
import { Bodies } from './fuzz/bodies.ts';
import { embeddedStranger } from './fuzz/embedded-stranger.ts';
import { rabbitMqStranger } from './fuzz/rabbitmq-stranger.ts';
import type { Put, Stranger } from './fuzz/stranger.ts';
import { targetsOf } from './fuzz/targets.ts';
import { judge } from './judge.ts';
import { type Promised, wasAnswered, wasToldPlaced } from './promised.ts';
import { together } from './report.ts';
import { Scene } from './scene.ts';

/** Orders that fuzzed messages may be about; the orders of the customers beside them are the neighbours. */
const victims = 20;
/** Neighbours, at least. */
const fewest = 10;
/** Milliseconds in which all must be quiet once nothing more is put anywhere. */
const quietWithinMs = 120_000;
/** Milliseconds in which what sleeps for a short while only comes by itself. */
const awakeMs = 5_000;
/** What a process of the platform may grow to, bytes. */
const mostMemory = 700e6;

/** Strangers put anything anywhere, while orders come. */
export const fuzzMessages: Drill<'messages' | 'seed' | 'rate' | 'brokers'> = {
  name: 'fuzz-messages',
  what: 'Anything at all is put into every queue and exchange, while orders come.',
  usual: { messages: 10_000, seed: 1, rate: 10, brokers: ['embedded', 'rabbitmq'] },
  run: async ({ brokers, ...length }, ground) => {
    const reports: Report[] = [];
    for (const kind of brokers) reports.push(await fuzz(await ground.brokers.url(kind), length, ground, `${kind}: `));
    return together(reports);
  },
};

type Length = { messages: number; seed: number; rate: number };

async function fuzz(url: string, { messages, seed, rate }: Length, { say }: Ground, where: string): Promise<Report> {
  const scene = await Scene.open(url, { psp: ['--latency-ms', '1-5'] });
  const random = randomFrom(seed);
  const { settings } = scene.at;
  let stranger: Stranger | undefined;
  let neighbours: Customers | undefined;
  try {
    const up = await scene.up();
    const crowd = await scene.customers({ rate: 50, cancelShare: 0, seed });
    await crowd.reach(victims);
    const orders = (await crowd.leave()).map(({ orderId }) => orderId);

    const queues = topology(settings);
    stranger =
      url === 'sqlite:'
        ? embeddedStranger(folderOf(settings), queues, random)
        : await rabbitMqStranger(url, queues, random);
    neighbours = await scene.customers({ rate, cancelShare: 0, patienceMs: 60_000, seed: seed + 1 });
    const bodies = new Bodies(random, seed, orders, Date.now());
    const targets = targetsOf(queues);
    const puts: Put[] = [];
    for (let number = 1; number <= messages; number++) {
      puts.push(await stranger.put(number, targets(random), bodies.next()));
      if (number % 1_000 === 0) say(`${where}${number} of ${messages} messages`);
      if (number % 100 === 0) await sleep(1); // whoever else runs in this process has a turn
    }
    await neighbours.reach(fewest); // a fast machine is done before anybody has come
    const record = await neighbours.leave();
    return await verdict(scene, up, puts, record, stranger, where);
  } finally {
    neighbours?.leave().catch(() => {}); // where it was not carried through nobody answers them any more
    await stranger?.close();
    await scene.close();
  }
}

/** Waits until all is quiet, and says what became of everything. */
async function verdict(
  scene: Scene,
  up: Running,
  puts: readonly Put[],
  record: readonly Promised[],
  stranger: Stranger,
  where: string,
): Promise<Report> {
  const { settings } = scene.at;
  const folder = folderOf(settings);
  const reader = new Reader(folder);
  let ended = false;
  void up.ended.then(() => {
    ended = true;
  });
  try {
    const story = (orderId: string) => reader.ask((db) => findOrder(db, orderId));
    const isDelivered = ({ orderId }: Promised) => story(orderId)?.status === 'delivered';
    const placed = record.filter(wasToldPlaced);
    await eventually(() => ended || placed.every(isDelivered), { withinMs: quietWithinMs, everyMs: 250 }).catch(
      () => {},
    );

    let accounts = accountsOf(puts, keptIn(folder, topology(settings), reader, []));
    const asleep: { text: string }[] = [];
    const giveUpAt = Date.now() + quietWithinMs;
    while (accounts.lost.length > 0 && !ended && Date.now() < giveUpAt) {
      await sleep(1_000);
      // What is tried again and again is on a rung for most of the time: it is looked for there too, last of all.
      if (Date.now() > giveUpAt - quietWithinMs + awakeMs) asleep.push(...(await stranger.asleep()));
      accounts = accountsOf(puts, keptIn(folder, topology(settings), reader, asleep));
    }
    await sleep(100); // a process that is about to end may
    const ids = new Set(record.map(({ orderId }) => orderId));
    const audited = await scene.at.json('audit', '--grace', '1', '--psp', scene.psp.url);
    const audit = audited.data?.findings ? (audited.data as Audit) : undefined;
    const findings = audit?.findings.filter(({ orderId }) => ids.has(orderId)) ?? [];
    const behind = (await scene.at.json('readmodel', 'status')).data?.behind.entries as number | undefined;
    // What is said and charged for the sake of other orders is what the strangers have asked for.
    const { lost, doubled, broken } = judge(record, {
      story,
      ledger: scene.ledger().filter(({ orderId }) => ids.has(orderId)),
      tellers: scene.tellers().map((teller) => ({ ...teller, lines: teller.lines.filter(namesOne(ids)) })),
    });
    const turnedAway = record.filter((one) => !wasToldPlaced(one) || !isDelivered(one));
    const memory = ended ? 0 : memoryOf(up.pid);
    const crashes = scene.lines().filter((line) => /^\s+at .*:\d+:\d+\)?$|listening thread/.test(line));
    const figure = (what: string, is: number, target: Partial<Figure> = {}): Figure => ({
      what: `${where}${what}`,
      is,
      unit: '',
      ...target,
    });
    const sentences = [
      ...(ended ? [`The platform ended: ${up.stderr().slice(-2_000)}`] : []),
      ...(crashes.length > 0
        ? [`Something that should not have gone wrong did: ${crashes.slice(0, 5).join(' | ')}`]
        : []),
      ...turnedAway.map(
        (one) => `A neighbour was harmed: ${JSON.stringify({ ...one, status: story(one.orderId)?.status })}`,
      ),
      ...[...lost, ...doubled, ...broken],
      ...findings.map((finding) => `The audit has a finding about a neighbour: ${JSON.stringify(finding)}`),
      ...accounts.lost,
      ...(audit === undefined ? [`The audit could not be made: ${audited.stderr.slice(0, 500)}`] : []),
      ...(behind === 0 ? [] : [`The read model is ${behind} entries behind.`]),
      ...(memory > mostMemory ? [`It has grown to ${Math.round(memory / 1e6)} MB.`] : []),
    ];
    return {
      figures: [
        figure('messages fuzzed', puts.length),
        figure('parts of them handled by an actor', accounts.handled),
        figure('parts of them dead letters with a reason', accounts.dead),
        figure('parts of them asleep, or being tried again', accounts.asleep),
        figure('told to whoever listens, or read and passed over', accounts.passedOn),
        figure('of which nobody knows', accounts.lost.length, { atMost: 0 }),
        figure('crashes', Number(ended) + crashes.length, { atMost: 0 }),
        figure('neighbours, orders of customers meanwhile', record.length),
        figure('neighbours without an answer in time', record.filter((one) => !wasAnswered(one)).length),
        figure('neighbours harmed', turnedAway.length + findings.length, { atMost: 0 }),
        {
          ...figure('memory of the platform afterwards', Math.round(memory / 1e6), { atMost: mostMemory / 1e6 }),
          unit: 'MB',
        },
      ],
      broken: sentences.map((one) => `${where}${one}`),
    };
  } finally {
    reader.close();
  }
}

/** Whether a line is about one of these orders. */
const namesOne = (ids: ReadonlySet<string>) => (line: string) =>
  line.match(/[\w-]{8,}/g)?.some((word) => ids.has(word)) ?? false;

/** Resident memory of a process, bytes. 0 where the system does not tell. */
function memoryOf(pid: number): number {
  try {
    return 1_024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
