import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Brokers } from '../../chaos/brokers.ts';
import type { Report } from '../../chaos/drill.ts';
import { wrongWith } from '../../chaos/fuzz/outcome.ts';
import { fuzzCommands } from '../../chaos/fuzz-commands.ts';
import { fuzzMessages } from '../../chaos/fuzz-messages.ts';

const brokers = new Brokers();
test.after(() => brokers.stop());
const ground = { brokers, say: () => {} };

const figure = (report: Report, what: RegExp) => report.figures.find((one) => what.test(one.what))?.is;

for (const kind of ['embedded', 'rabbitmq'] as const)
  test(`anything at all in every queue harms no order beside it, and all of it is accounted for, on ${kind}`, async () => {
    const report = await fuzzMessages.run({ messages: 400, seed: 4, rate: 20, brokers: [kind] }, ground);
    assert.equal(report.broken, []);
    assert.is(figure(report, /messages fuzzed/), 400);
    assert.ok(figure(report, /neighbours, orders/)! > 5);
    for (const what of [/handled/, /dead letters/, /passed over/]) assert.ok(figure(report, what)! > 50, String(what));
  });

test('random words on every command come to a sentence and an exit code that means something', async () => {
  const report = await fuzzCommands.run({ invocations: 60, seed: 4 }, ground);
  assert.equal(report.broken, []);
  assert.is(figure(report, /command lines/), 60);
});

const well = { words: ['menu'], code: 0, stdout: 'a meal\n', stderr: '', late: false };
const ills: [string, object, RegExp][] = [
  ['a stack trace', { code: 1, stderr: 'Oh\n    at cook (file:///kitchen.js:1:2)\n' }, /crashed/],
  ['a code that means nothing', { code: 7 }, /means nothing/],
  ['a failure without a word', { code: 1, stdout: '' }, /did not say why/],
  ['what commands the terminal', { stdout: '\u001b[2J' }, /commands the terminal/],
  ['JSON that is none', { words: ['menu', '--json'] }, /--json is none/],
  ['one that does not end', { late: true }, /did not end/],
];
for (const [title, ill, what] of ills)
  test(`${title} is seen`, () => {
    assert.is(wrongWith(well), undefined);
    assert.match(wrongWith({ ...well, ...ill }) ?? 'nothing', what);
  });

test.run();
