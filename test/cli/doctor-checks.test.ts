import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { demoPace } from '../../src/actors/pace.ts';
import { houseRules } from '../../src/actors/rules.ts';
import type { RabbitMqFacts } from '../../src/broker/rabbitmq/examine.ts';
import type { FolderFacts } from '../../src/cli/doctor/disk-facts.ts';
import { examined } from '../../src/cli/doctor/examination.ts';
import type { Facts } from '../../src/cli/doctor/facts.ts';
import type { Check, Finding } from '../../src/cli/doctor/finding.ts';
import { linesOf } from '../../src/cli/doctor/print-findings.ts';
import type { Settings } from '../../src/cli/settings.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { closeTerminals, openTerminal } from '../harness/terminal.ts';

const test = suite('what baedal doctor makes of what it finds');
test.after(closeTerminals);

const folder: FolderFacts = {
  path: '/data',
  exists: true,
  nearest: '/data',
  shared: false,
  fileSystem: 0xef53,
  freeBytes: 20e9,
};
const settings = {
  broker: 'amqp://x',
  namespace: 'baedal',
  rules: houseRules,
  storeDeadlineMs: demoPace.storeDeadlineMs,
};
const rabbitMq: RabbitMqFacts = {
  redactedUrl: 'amqp://x',
  virtualHost: '/',
  silent: [],
  product: 'RabbitMQ',
  version: '3.13.7',
  queues: [],
  exchanges: [],
  alarm: null,
  journal: null,
};
const facts: Facts = {
  now: Date.UTC(2026, 5, 1),
  node: { version: '22.1.0', wanted: '>=20', platform: 'linux x64' },
  terminal: { isTerminal: false, columns: 0, rows: 0, colours: 0, noColor: false, term: '', locale: '', ci: true },
  settings: { given: [], is: settings as Settings, transport: 'rabbitmq' },
  disk: { facts: { folder, databases: [] }, failures: {}, late: false, said: '' },
  rabbitMq,
};

/** What is said about one thing where something is different. */
function about(check: Check, other: Partial<Facts>): Finding[] {
  return examined({ ...facts, ...other }).filter((finding) => finding.check === check);
}
const onDisk = (other: Facts['disk']['facts']): Partial<Facts> => ({
  disk: { ...facts.disk, facts: { ...facts.disk.facts, ...other } },
});
const result = (findings: Finding[]) => findings.map(({ result }) => result).join();

test('a Node that is too old is a problem', () => {
  assert.is(result(about('node', { node: { version: '18.19.0', wanted: '>=20', platform: 'linux' } })), 'problem');
  assert.is(result(about('node', {})), 'ok');
});

test('a native library that does not load, or takes its process with it, is a problem with a command against it', () => {
  const failed = about('sqlite', {
    disk: { ...facts.disk, failures: { sqlite: { message: 'Could not locate the bindings file.' } } },
  });
  const crashed = about('sqlite', { disk: { ...facts.disk, said: 'node: symbol lookup error: better_sqlite3.node' } });
  for (const findings of [failed, crashed]) {
    assert.is(result(findings), 'problem');
    assert.is(findings[0]?.run, 'npm rebuild better-sqlite3');
  }
  const weak = about('sqlite', onDisk({ sqlite: { version: '3', journalMode: 'delete', synchronous: 1 } }));
  assert.is(result(weak), 'problem');
});

test('a clock that is behind what has happened, or away from others’, is a warning, and one of long ago a problem', () => {
  const position = { next: 1, gaps: [], strange: { count: 0, types: [] }, dead: 0 };
  const readModel = (lastAt: number) =>
    onDisk({ readModel: { file: 'f', exists: true, nameIsOdd: false, facts: { ...position, lastAt } } });
  assert.is(result(about('clock', readModel(facts.now + 60_000))), 'warning');
  assert.is(result(about('clock', readModel(facts.now - 60_000))), 'ok');
  assert.is(result(about('clock', { clockDifferencesMs: [10, -7_000] })), 'warning');
  assert.is(result(about('clock', { now: Date.UTC(1970, 0, 1) })), 'problem');
});

test('a network file system and a full disk are problems, memory and little room warnings', () => {
  const disk = (other: Partial<FolderFacts>) => result(about('disk', onDisk({ folder: { ...folder, ...other } })));
  assert.is(disk({}), 'ok');
  assert.is(disk({ fileSystem: 0x6969 }), 'problem');
  assert.is(disk({ fileSystem: 0xff534d42 }), 'problem');
  assert.is(disk({ fileSystem: 0x01021994 }), 'warning');
  assert.is(disk({ freeBytes: 0 }), 'problem');
  assert.is(disk({ freeBytes: 500e6 }), 'warning');
});

test('a folder that others may look into is a warning, with the command that closes it', () => {
  const [finding] = about('folder', onDisk({ folder: { ...folder, path: "/it's here", shared: true } }));
  assert.equal([finding?.result, finding?.run], ['warning', "chmod 700 '/it'\\''s here'"]);
});

test('a folder that may not be written is a problem, whether it is there or not', async () => {
  const place = tempFolder();
  mkdirSync(place.file('data'));
  chmodSync(place.path, 0o755);
  chmodSync(place.file('data'), 0o555);
  for (const path of [place.file('data'), place.file('data', 'not', 'there')]) {
    const child = fork(fileURLToPath(new URL('look-as-nobody.ts', import.meta.url)), [path]);
    const [seen] = (await once(child, 'message')) as [FolderFacts];
    assert.is(seen.nearest, place.file('data'));
    const [finding] = about('folder', onDisk({ folder: seen }));
    assert.is(finding?.result, 'problem');
    assert.match(finding?.found ?? '', /this user may not write there/);
  }
  place.remove();
});

test('a RabbitMQ that is too old is a problem; one that nobody has tried, or none, a warning', () => {
  const broker = (other: Partial<RabbitMqFacts>) => result(about('broker', { rabbitMq: { ...rabbitMq, ...other } }));
  assert.is(broker({ version: '3.9.29' }), 'problem');
  assert.is(broker({ version: '3.10.0' }), 'ok');
  assert.is(broker({ version: '4.2.0' }), 'ok');
  assert.is(broker({ version: '5.0.0' }), 'warning');
  assert.is(broker({ product: 'LavinMQ', version: '2.0' }), 'warning');
});

test('a queue that drifted is deleted in its own virtual host, whatever that is called; the journal never is', () => {
  const other = { state: 'other', argument: 'x-max-length', ours: '2', theirs: '1' } as const;
  const drift = (name: string, virtualHost = '/') =>
    about('queues', { rabbitMq: { ...rabbitMq, virtualHost, queues: [{ name, ...other }] } })[0]?.run;
  assert.is(drift('q'), 'rabbitmqctl delete_queue q');
  assert.is(drift('q', 'team@shop'), "rabbitmqctl delete_queue -p 'team@shop' q");
  assert.is(drift('q', "it's; here"), "rabbitmqctl delete_queue -p 'it'\\''s; here' q");
  assert.is(drift('a;b'), "rabbitmqctl delete_queue 'a;b'");
  assert.is(drift('a.journal'), undefined);
});

test('a read model that is behind, ahead, has gaps or met what it does not know says so', () => {
  const model = (
    other: object,
    held: string[] = [],
    journal: RabbitMqFacts['journal'] = { first: 10, end: 20_000 },
  ) => {
    const position = { next: 20_000, lastAt: null, gaps: [], strange: { count: 0, types: [] }, dead: 0, ...other };
    const readModel = { file: 'readmodel.sqlite', exists: true, nameIsOdd: false, facts: position };
    return about('read-model', {
      ...onDisk({ readModel, locks: { held, unusable: [], strange: [] } }),
      rabbitMq: { ...rabbitMq, journal },
    });
  };
  assert.match(model({})[0]?.found ?? '', /up to date/);
  assert.match(model({ next: 19_990 })[0]?.found ?? '', /^10 entries behind; the next question takes them in/);
  assert.match(model({ next: 12_000 }, ['readmodel'])[0]?.found ?? '', /^8,000 entries behind, though somebody/);
  assert.match(model({ next: 5 })[0]?.found ?? '', /the journal begins at 10/);
  assert.match(model({ next: 20_001 })[0]?.found ?? '', /it is another one than it was/);
  assert.is(result(model({ gaps: [{ from: 1, to: 3 }] })), 'warning,ok');
  assert.match(model({ strange: { count: 2, types: ['PointsEarned'] } })[0]?.found ?? '', /2 events .* PointsEarned/);
});

test('checks that cannot be made for the same reason share a row, and none is lost', () => {
  const lines = linesOf(examined({ ...facts, rabbitMq: { failure: 'It is away.' } }), 'en').join('\n');
  assert.match(lines.replaceAll(/\s+/g, ' '), /asked\. Nor: Owner, Alarms, Waiting and Dead letters\./);
  const broken = { name: 'a', path: '/a', known: 1, bytes: 1, walBytes: 1, open: false, writable: true };
  const twice = [broken, { ...broken, name: 'b' }].map((one) => ({ ...one, notLookedInto: 'it is large' }));
  const both = linesOf(examined({ ...facts, ...onDisk({ databases: twice }) }), 'en').join('\n');
  assert.match(both, /a was not looked into/);
  assert.match(both, /b was not looked into/);
});

test('what others have written reaches the terminal without its control characters', () => {
  const settings = { failure: 'The file \u001b[2J\u0007 is bad.' };
  const shown = linesOf(examined({ ...facts, settings }), 'en').join('');
  for (const control of ['\u0007', '\u001b[2J']) assert.not.ok(shown.includes(control));
});

test('a terminal that is too small is a warning, one that is not is measured with Hangul, and both are left as found', async () => {
  const home = tempFolder();
  const env = { HOME: home.path };
  const small = openTerminal(['doctor'], { columns: 70, rows: 60, env });
  assert.equal(await small.ended, { code: 0, signal: null });
  assert.match(small.text(), /▲ warning +70×60: the dashboard needs 80×24/);
  const large = openTerminal(['doctor'], { columns: 100, rows: 60, env });
  assert.is((await large.ended).code, 0);
  assert.match(large.text(), /Terminal +✓ ok +100×60, .*256 colours/);
  assert.ok(large.raw().includes('한\u001b[6n'));
  assert.not.ok(large.text().includes('한'));
  const posix = openTerminal(['doctor'], { columns: 100, rows: 60, env: { ...env, LANG: 'C', LC_ALL: 'C' } });
  assert.is((await posix.ended).code, 0);
  assert.match(posix.text(), /▲ warning +The locale is C, not UTF-8/);
  for (const terminal of [small, large, posix]) {
    assert.is(terminal.modes().rawMode, false);
    assert.is(terminal.modes().settingsChanged, false);
  }
  home.remove();
});

test('Ctrl-C while the terminal is asked interrupts as it does elsewhere, and leaves the terminal as found', async () => {
  const home = tempFolder();
  const terminal = openTerminal(['doctor'], { columns: 100, rows: 60, env: { HOME: home.path } });
  const asked = new Promise<void>((resolve) => {
    terminal.onOutput(() => terminal.raw().includes('\u001b[6n') && resolve());
  });
  const pressed = asked.then(() => terminal.press('Ctrl-C'));
  assert.equal(await terminal.ended, { code: 130, signal: null });
  await pressed;
  assert.match(terminal.text(), /Interrupted\./);
  assert.is(terminal.modes().rawMode, false);
  assert.is(terminal.modes().settingsChanged, false);
  home.remove();
});

test.run();
