/** npm run journey: draws docs/journey.md from the handler tables and the sources of the actors. */
import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandTypes, eventTypes, orderStatuses, timerTypes } from '../src/actors/messages.ts';
import { demoPace } from '../src/actors/pace.ts';
import { houseRules } from '../src/actors/rules.ts';
import { topologyOf } from '../src/broker/topology.ts';
import { cast } from '../src/cli/cast.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where it is written to. */
export const journeyFile = join(root, 'docs', 'journey.md');

type Kind = 'command' | 'event' | 'timer' | 'answer';
type Row = { type: string; kind: Kind; from: string[]; to: string[]; notes: string };

/** Who answers a call, by what is asked. */
const partners: Record<string, string> = {
  Charge: 'payment provider',
  Void: 'payment provider',
  Refund: 'payment provider',
  Notify: 'message channel',
};

/** Who tells the journal what no actor does, by what is told. */
const besides: Record<string, string[]> = {
  BreakerChanged: ['payment provider', 'message channel'], // the guards in front of them
  MessageBuried: ['dead letters'],
  LettersRedriven: ['baedal dead'],
  LettersDiscarded: ['baedal dead'],
};

const actors = cast({ stores: [] }, demoPace, houseRules);
const topology = topologyOf(actors);
const catalogue = readFileSync(join(root, 'src/actors/messages.ts'), 'utf8');

/** Everything below a folder of src as one text. */
const sourceBelow = (folder: string): string =>
  readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => readFileSync(join(root, 'src', folder, name), 'utf8'))
    .join('\n');

const sources = new Map(actors.map(({ name }) => [name, sourceBelow(`actors/${name}`)]));

const allOf = (source: string, pattern: RegExp): Set<string> =>
  new Set([...source.matchAll(pattern)].map((match) => match[1]!));

const sentBy = new Map(
  [...sources].map(([actor, source]) => [
    actor,
    new Set([...allOf(source, /\bsend\(\s*'(\w+)'/g), ...allOf(source, /\blater\([^']*'(\w+)'/g)]),
  ]),
);

/** `order-place.ts` is `baedal order`. The demo is left out: it acts as customers do. */
const asking = new Map<string, string[]>();
const commandFiles = readdirSync(join(root, 'src/cli/commands'))
  .sort()
  .map((file): [string, string[]] => [`cli/commands/${file}`, [`baedal ${file.split(/[-.]/)[0]}`]])
  .filter(([, [command]]) => command !== 'baedal demo');
/** What several commands have in common. */
const sharedFiles: [string, string[]][] = [
  ['client/place-order.ts', ['baedal order', 'baedal dashboard', 'baedal serve']],
  ['cli/dashboard/order-keys.ts', ['baedal dashboard']],
  ['http/order-routes.ts', ['baedal serve']],
  ['http/store-routes.ts', ['baedal serve']],
  ['http/delivery-routes.ts', ['baedal serve']],
];
for (const [file, commands] of [...commandFiles, ...sharedFiles]) {
  const source = readFileSync(join(root, 'src', file), 'utf8');
  for (const type of allOf(source, /\b(?:act|ask|asks|move)\((?:[\w()]+, )*'(\w+)'/g))
    asking.set(type, [...new Set([...(asking.get(type) ?? []), ...commands])]);
}

/** The actors that take a message, by way of their queues; a timer or an answer goes to the actor that wanted it. */
const takersOf = (type: string, kind: Kind): string[] =>
  kind === 'command' || kind === 'event'
    ? topology.queues.filter(({ routes }) => routes.includes(`${type}.0`)).map(({ actor }) => actor)
    : actors.filter(({ on }) => type in on).map(({ name }) => name);

function sendersOf(type: string, kind: Kind): string[] {
  if (kind === 'answer') return [partners[type.replace(/Answered$/, '')]].filter((name) => name !== undefined);
  if (besides[type]) return besides[type];
  const inside = [...sentBy].filter(([, types]) => types.has(type)).map(([actor]) => actor);
  return kind === 'command' ? [...(asking.get(type) ?? []), ...inside] : inside;
}

/** The doc comment that stands right before `declaration`, on one line. */
function docBefore(source: string, declaration: string): string {
  const found = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${declaration}`).exec(source);
  return (found?.[1] ?? '').replaceAll(/\s*\n\s*\* ?/g, ' ').trim();
}

/** What the catalogue says of a message; else what the handler that takes it says of itself. */
function notesOn(type: string, takers: readonly string[]): string {
  const own = docBefore(catalogue, `${type}:`);
  if (own) return own;
  const notes = takers.flatMap((actor) => {
    const source = sources.get(actor)!;
    const handler = new RegExp(`\\b${type}: (on\\w+)`).exec(source)?.[1];
    const doc = handler ? docBefore(source, `(?:export )?(?:function|const) ${handler}\\b`) : '';
    return doc ? [takers.length > 1 ? `${actor}: ${doc}` : doc] : [];
  });
  return notes.join(' ');
}

const answerTypes = [...allOf(/export type Answers = \{([\s\S]*?)\n\};/.exec(catalogue)?.[1] ?? '', /^ {2}(\w+): /gm)];

/** Every message in the order of the catalogue. @throws {Error} nobody sends one, or nobody handles it */
function rows(): Row[] {
  const kinds: [Kind, readonly string[]][] = [
    ['command', commandTypes],
    ['event', eventTypes],
    ['timer', timerTypes],
    ['answer', answerTypes],
  ];
  return kinds.flatMap(([kind, types]) =>
    types.map((type) => {
      const from = sendersOf(type, kind);
      const to = takersOf(type, kind);
      if (from.length === 0) throw new Error(`Nobody sends ${type}. Take it out of the catalogue, or send it.`);
      if (to.length === 0 && kind !== 'event') throw new Error(`No actor handles ${type}.`);
      return { type, kind, from, to, notes: notesOn(type, to) };
    }),
  );
}

const idOf = (node: string) => node.replaceAll(/\W/g, '_');

/** Who sends what to whom. Messages that go the same way share an arrow. */
function flowchart(all: readonly Row[]): string {
  const people = [...new Set([...asking.values()].flat())].sort();
  const outside = [...new Set(Object.values(partners))];
  const arrows = new Map<string, string[]>();
  for (const { type, kind, from, to } of all) {
    if (kind === 'answer' || kind === 'timer') continue;
    for (const sender of from)
      for (const taker of to) {
        const arrow = `${idOf(sender)} --> ${idOf(taker)}`;
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), type]);
      }
  }
  return [
    'flowchart LR',
    ...people.map((name) => `  ${idOf(name)}(["${name}"])`),
    ...topology.queues.map(({ actor, name }) => `  ${idOf(actor)}["<b>${actor}</b><br/>${name}"]`),
    ...outside.map((name) => `  ${idOf(name)}[/"${name}"/]`),
    `  journal[("journal<br/>${topology.journal.name}")]`,
    '  readmodel[("read model")]',
    ...[...arrows].map(([arrow, types]) => `  ${arrow.replace('-->', `-->|"${types.join('<br/>')}"|`)}`),
    ...calls(),
    ...actors
      .filter(({ name }) => eventTypes.some((type) => sentBy.get(name)?.has(type)))
      .map(({ name }) => `  ${idOf(name)} -. events .-> journal`),
    '  journal --> readmodel',
  ].join('\n');
}

/** Which actor asks which partner what: where the answer goes, the question came from. */
function calls(): string[] {
  const arrows = new Map<string, string[]>();
  for (const type of answerTypes.map((type) => type.replace(/Answered$/, '')))
    for (const actor of takersOf(`${type}Answered`, 'answer')) {
      const arrow = `${idOf(actor)}|${idOf(partners[type]!)}`;
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), type]);
    }
  return [...arrows].map(([arrow, types]) => {
    const [actor, partner] = arrow.split('|');
    return `  ${actor} <-->|"${types.join('<br/>')}"| ${partner}`;
  });
}

function table(all: readonly Row[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const toOf = ({ kind, to }: Row) => (kind === 'event' && to.length === 0 ? '(journal only)' : to.join(', '));
  const fromOf = ({ from }: Row) => from.map((name) => (name.startsWith('baedal ') ? `\`${name}\`` : name)).join(', ');
  return [
    '| message | kind | from | to | notes |',
    '|---|---|---|---|---|',
    ...all.map((row) => `| ${row.type} | ${row.kind} | ${fromOf(row)} | ${toOf(row)} | ${cell(row.notes)} |`),
  ].join('\n');
}

/** By hand; what is checked is that no status is missing. Mermaid takes no hyphen in a name. */
const statusDiagram = `stateDiagram-v2
  state "awaiting-payment" as awaiting_payment
  state "payment-deferred" as payment_deferred
  state "placed" as placed
  state "accepted" as accepted
  state "cooked" as cooked
  state "assigned" as assigned
  state "on-the-way" as on_the_way
  state "delivered" as delivered
  state "rejected" as rejected
  state "refused" as refused
  state "cancelling" as cancelling
  state "cancelled" as cancelled
  [*] --> awaiting_payment: PlaceOrder
  [*] --> rejected: not on the menu, or too late
  awaiting_payment --> placed: PaymentApproved
  awaiting_payment --> rejected: declined, busy, unknown, or too late
  awaiting_payment --> payment_deferred: busy, and it may be paid later
  awaiting_payment --> cancelling: CancelOrder
  payment_deferred --> placed: PaymentApproved
  payment_deferred --> rejected: declined, or its time is up
  payment_deferred --> cancelling: CancelOrder
  placed --> accepted: OrderAccepted
  placed --> refused: StoreRefused
  placed --> cancelling: CancelOrder
  accepted --> cooked: OrderCooked
  accepted --> cancelling: CancelOrder
  cooked --> assigned: RiderAssigned
  cooked --> cancelling: CancelOrder
  assigned --> on_the_way: DeliveryDeparted
  assigned --> cancelling: CancelOrder
  on_the_way --> delivered: DeliveryCompleted
  cancelling --> cancelled: the money is back
  cancelling --> on_the_way: DeliveryNotStopped
  cancelling --> accepted: DeliveryNotStopped, where the house allows cancelling only until then
  cancelling --> cooked: likewise
  delivered --> [*]
  rejected --> [*]
  refused --> [*]
  cancelled --> [*]`;

/** @throws {Error} a status has no place in the diagram */
function statuses(): string {
  const missing = orderStatuses.filter((status) => !statusDiagram.includes(`state "${status}" as `));
  if (missing.length > 0)
    throw new Error(`The status diagram of scripts/draw-journey.ts lacks ${missing.join(', ')}. Draw it in.`);
  return statusDiagram;
}

const fenced = (text: string) => `\`\`\`mermaid\n${text}\n\`\`\``;

/** The whole document. */
export function drawJourney(): string {
  const all = rows();
  return `<!-- Drawn by \`npm run journey\` from the handler tables. Do not edit: a test compares. -->
# The journey of an order

Each actor has one queue a partition, bound to the message types that its handler table names. One instance of an actor is one
order. Every event also goes to the journal, which the read model is folded from.

## Who sends what to whom

${fenced(flowchart(all))}

Timers go back to the actor that set them, and are in the table below.

## Every message

In the order of the catalogue, [messages.ts](../src/actors/messages.ts). A command asks one actor for something; an event is a fact
that goes to everyone who handles it; a timer is what an actor tells itself later; an answer comes back from a partner outside.

${table(all)}

## Statuses

${fenced(statuses())}

The order only ever moves forward. An event that is late may find it further on already, and one that comes early may let it skip a
status; \`cancelling\` falls back to the furthest status that the order had reached, which is \`on-the-way\` as soon as the departure is known.
`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(journeyFile, drawJourney());
  console.log(`Drawn: ${journeyFile}`);
}
