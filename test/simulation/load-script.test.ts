import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScript } from '../../src/simulation/load-script.ts';
import { scaled } from '../../src/simulation/scaled.ts';
import type { Script } from '../../src/simulation/script.ts';
import { BadFile } from '../../src/yaml/bad-file.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { menu } from './menu.ts';

const test = suite('scripts');
const folder = tempFolder();
test.after(() => folder.remove());

function load(text: string): Script {
  const file = folder.file('noon.yaml');
  writeFileSync(file, text);
  return loadScript(file, menu);
}

/** Each mistake, without the file's name. */
function mistakes(text: string): string[] {
  try {
    load(text);
  } catch (error) {
    assert.instance(error, BadFile);
    return (error as BadFile).message.split('\n').map((line) => line.replace(/^.*noon\.yaml:/, ''));
  }
  throw new Error('It has no mistakes.');
}

const good = `about: Noon
phases:
  - { name: noon, for: 2m, arrivals: 20 }
`;

test('a script goes by the name of its file, and what it does not say is as usual', () => {
  const script = load(good);
  assert.is(script.name, 'noon');
  assert.is(script.seed, 1);
  assert.is(script.speed, 600);
  assert.is(script.drain, 60_000);
  assert.equal(script.faults, []);
  assert.equal(script.phases[0]!.arrivals, { rate: 20 });
  assert.is(script.phases[0]!.for, 120_000);
});

test('times, ranges, shares and bounds are read as people write them', () => {
  const script = load(`about: All of it
provider: { latency: 400-620ms, capacity: 20, hangs: 12.5%, loses: 0.25 }
mix: { stores: { soup: 2 }, cancel: 10%, cancelAfter: 0.5-2s, patience: 1.5s }
riders: { count: 3, pickup: 1-2s, ride: 400ms }
processes: [[order, payment]]
phases:
  - { name: up, for: 500ms, arrivals: { from: 1, to: 9, poisson: true }, expect: { placedP99: at most 800ms, availability: at least 99.9% } }
  - { name: peak, for: 10s, arrivals: { rate: 5, peak: 50, at: 2s, lasts: 1s } }
  - { name: closed, orders: 1000, customers: 100, think: 1-3s, mix: { payLater: 100% } }
faults:
  - { at: 1s, for: 2s, down: kitchen }
  - { at: 3s, kill: payment }
  - { during: peak, provider: { capacity: null, fails: 1 } }
  - { at: 4s, broker: restart }
expect: { delivered: "at least 1,000" }
`);
  assert.equal(script.provider, { latency: [400, 620], capacity: 20, hangs: 0.125, loses: 0.25 });
  assert.equal(script.mix, { stores: { soup: 2 }, cancel: 0.1, cancelAfter: [500, 2_000], patience: 1_500 });
  assert.equal(script.riders, { count: 3, pickup: [1_000, 2_000], ride: [400, 400] });
  assert.equal(script.phases[0]!.expect, { placedP99: { atMost: 800 }, availability: { atLeast: 0.999 } });
  assert.equal(script.phases[1]!.arrivals, { rate: 5, peak: 50, at: 2_000, lasts: 1_000 });
  assert.equal(script.phases[2]!.think, [1_000, 3_000]);
  assert.equal(script.faults[0], { at: 1_000, for: 2_000, down: 'kitchen' });
  assert.equal(script.faults[2], { during: 'peak', provider: { capacity: null, fails: 1 } });
  assert.equal(script.expect, { delivered: { atLeast: 1_000 } });
});

for (const [what, from, to, complaint] of [
  [
    'a time without a unit',
    'for: 2m',
    'for: 120',
    /^3:\d+: phases\[0\]\.for: expected a time, such as 20s, 400ms or 2m, a day at most, found 120\.$/m,
  ],
  ['a time that is none', 'for: 2m', 'for: soon', /expected a time.*found "soon"/],
  ['no rate', 'arrivals: 20', 'arrivals: 0', /phases\[0\]\.arrivals: expected orders a second/],
  ['who comes is missing', ', arrivals: 20', '', /expected either `arrivals:` .* or `customers:`/],
  ['two kinds of customers', 'arrivals: 20', 'arrivals: 20, customers: 5', /expected either `arrivals:`/],
  ['no end', 'for: 2m, ', '', /expected `for: TIME` or `orders: N`, so that it ends/],
  [
    'a ramp that never ends',
    'for: 2m, arrivals: 20',
    'orders: 5, arrivals: { from: 1, to: 2 }',
    /`for: TIME` with a ramp/,
  ],
  ['a field that is none', 'for: 2m', 'fro: 2m', /phases\[0\]\.fro: there is no such field\. Did you mean "for"\?/],
  ['no about', 'about: Noon', 'seed: 4', /about: missing; expected text/],
  ['thinking in an open crowd', 'arrivals: 20', 'arrivals: 20, think: 2s', /`think:` only with `customers:`/],
  [
    'an expectation without a side',
    'arrivals: 20',
    'arrivals: 20, expect: { placed: 5 }',
    /expected `at least` or `at most`, and a number, found 5/,
  ],
  [
    'an expectation in another unit',
    'arrivals: 20',
    'arrivals: 20, expect: { placedP99: at most 5% }',
    /and a time, such as 800ms, found "at most 5%"/,
  ],
  [
    'a whole’s expectation of a phase',
    'arrivals: 20',
    'arrivals: 20, expect: { delivered: at least 5 }',
    /there is no such field/,
  ],
] as const)
  test(`${what} is said, with its place`, () => {
    assert.ok(good.includes(from));
    assert.match(mistakes(good.replace(from, to)).join('\n'), complaint);
  });

for (const [what, fault, complaint] of [
  ['at no time', 'down: kitchen', /either `at: TIME` or `during: PHASE`/],
  ['at two', 'at: 1s, during: noon, down: kitchen', /either `at: TIME` or `during: PHASE`/],
  [
    'during a phase that there is not',
    'during: night, down: kitchen',
    /faults\[0\]\.during: there is no phase "night"; the phases are noon\./,
  ],
  [
    'to an actor that there is not',
    'at: 1s, down: cook',
    /expected one of the actors order, payment, kitchen, rider, notifier, found "cook"/,
  ],
  ['of two kinds', 'at: 1s, down: kitchen, kill: rider', /one of down, kill, provider, broker in each fault/],
  ['of none', 'at: 1s', /one of down, kill, provider, broker in each fault/],
  ['a restart that lasts', 'at: 1s, for: 2s, broker: restart', /no `for:` with `broker: restart`/],
] as const)
  test(`a fault ${what} is refused`, () => {
    assert.match(mistakes(`${good}faults:\n  - { ${fault} }\n`).join('\n'), complaint);
  });

test('stores that there are not, and those that cook by hand, are said', () => {
  assert.match(
    mistakes(`${good}mix: { stores: { soop: 1 } }\n`)[1]!,
    /^4:18: mix\.stores\.soop: there is no such store; did you mean "soup"\?$/,
  );
  assert.match(mistakes(`${good}mix: { stores: { slow: 1 } }\n`)[1]!, /its owner works by hand/);
  const inPhase = good.replace('arrivals: 20', 'arrivals: 20, mix: { stores: { soop: 1 } }');
  assert.match(mistakes(inPhase)[1]!, /phases\[0\]\.mix\.stores\.soop/);
});

test('two phases of one name are told apart by nobody', () => {
  assert.match(
    mistakes(`${good}  - { name: noon, for: 1s, arrivals: 1 }\n`)[1]!,
    /expected a name of its own, found "noon", which is taken on line 3/,
  );
});

test('all mistakes are told at once', () => {
  assert.is(mistakes('abuot: x\nphases:\n  - { name: a, for: 1, arrivals: 1 }\n').length, 4);
});

test('a script that is made longer keeps its rates and its speed', () => {
  const script = load(
    `${good.replace('arrivals: 20', 'arrivals: { rate: 5, peak: 50, at: 20s, lasts: 10s }')}faults:\n  - { at: 30s, for: 5s, down: kitchen }\n`,
  );
  const short = scaled(script, 0.1);
  assert.is(short.phases[0]!.for, 12_000);
  assert.equal(short.phases[0]!.arrivals, { rate: 5, peak: 50, at: 2_000, lasts: 1_000 });
  assert.equal(short.faults[0], { at: 3_000, for: 500, down: 'kitchen' });
  assert.is(short.drain, script.drain);
});

test('what can only be told of a phase is not expected of the whole', () => {
  assert.match(mistakes(`${good}expect: { capacityUsed: at least 90% }\n`)[1]!, /capacityUsed: there is no such field/);
});

test.run();
