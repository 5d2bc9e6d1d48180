import stringWidth from 'string-width';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { orderStatuses } from '../../../src/actors/messages.ts';
import { shown } from '../../../src/cli/show.ts';
import type { Progress, Sample } from '../../../src/simulation/report.ts';
import { sampleProgress } from '../../simulation/sample-progress.ts';
import { type StageOptions, type ViewStage, viewStage } from './stage.ts';

const test = suite('the view of a simulation');

/** A test of its own view. */
const on = (title: string, options: StageOptions, body: (at: ViewStage) => Promise<void> | void) =>
  test(title, async () => {
    const at = viewStage(options);
    try {
      await body(at);
    } finally {
      at.close();
    }
  });

const starting = sampleProgress({
  elapsedS: 0,
  samples: [],
  marks: [],
  stage: { kind: 'starting', name: '' },
});

const { totals } = sampleProgress();
const unanswered = sampleProgress({ totals: { ...totals, unanswered: { 'timed-out': 1_203, 'link-lost': 4 } } });

const huge = 987_654_321;
const overflowing: Progress = sampleProgress({
  script: `한글-${'very-long-name-'.repeat(20)}`,
  about: '점심 시간에 결제가 붐비면 어떻게 되는지 '.repeat(20),
  broker: `amqp://${'host,'.repeat(40)}`,
  seed: huge,
  elapsedS: 3_000_000,
  messages: huge,
  totals: {
    ...{ offered: huge, placed: huge, deferred: huge, placedPerSecond: huge, availability: 0.99999 },
    refused: Object.fromEntries(
      ['busy', ...Array.from({ length: 20 }, (_, i) => `REJECT_${i}`)].map((code) => [code, huge]),
    ),
    unanswered: { 'timed-out': huge },
    placedMs: { count: huge, mean: 1e9, p50: 1e9, p90: 1e9, p99: 1e9, max: 1e12 },
    turnedAwayMs: null,
  },
  outcomes: Object.fromEntries(orderStatuses.map((status) => [status, huge])),
  inFlight: Object.fromEntries(orderStatuses.map((status) => [status, huge])),
  waiting: huge,
  samples: sampleProgress().samples.map(
    (sample): Sample => ({ ...sample, placed: huge, placedMs: { p50: 1e9, p99: 1e9, max: 1e12 }, waiting: huge }),
  ),
  phases: Array.from({ length: 50 }, (_, i) => ({ name: `준비 운동 ${i}`, fromS: i * 7, toS: i * 7 + 7 })),
  said: ['\u001b[2Jdoom\nand gloom '.repeat(30), '소식이 길다 '.repeat(60)],
});

const many: [name: string, progress: Progress][] = [
  ['starting', starting],
  ['in a phase with a fault', sampleProgress()],
  ['in its last phase', sampleProgress({ elapsedS: 89 })],
  ['draining', sampleProgress({ elapsedS: 95 })],
  ['auditing', sampleProgress({ elapsedS: 99, stage: { kind: 'auditing', name: '' } })],
  ['over', sampleProgress({ elapsedS: 99, inFlight: {}, stage: { kind: 'over', name: '' } })],
  ['with an open end', sampleProgress({ phases: [{ name: 'all', fromS: 0 }] })],
  ['without phases', sampleProgress({ phases: [], marks: [], ahead: [] })],
  ['with what nobody answered', unanswered],
  ['with numbers and names beyond all measure', overflowing],
];

const sizes = [
  [80, 24],
  [81, 25],
  [100, 30],
  [120, 40],
  [80, 50],
  [250, 70],
] as const;

for (const lang of ['en', 'ko'] as const)
  for (const [name, progress] of many)
    test(`${lang}: ${name}, every line fits, and there are as many as the terminal has`, async () => {
      for (const [columns, rows] of sizes) {
        const at = viewStage({ progress, lang, columns, rows });
        try {
          for (const keys of ['', 'q', 'n', '?']) {
            if (keys) await at.type(keys);
            assert.is(at.lines().length, rows, `${columns}×${rows}`);
            for (const line of at.lines()) assert.ok(stringWidth(line) <= columns, `${columns}×${rows}: ${line}`);
          }
        } finally {
          at.close();
        }
      }
    });

on(
  'before anything has happened it says where it is, what comes next, and that nothing is wrong',
  { progress: starting },
  (at) => {
    assert.match(at.lines()[0]!, /baedal ▸ Simulation ▸ lunch-rush .*seed 7/);
    assert.match(at.lines()[1]!, '✓ nothing is wrong');
    assert.match(at.line('starting'), /00:00 \/ 01:30 +0 %/);
    assert.match(at.line('next'), '▸ rush in 20 s');
    assert.match(at.line('offered'), /offered +- +0/);
    assert.match(at.line('p50'), /p50 +- +-/);
    assert.match(at.line('availability'), /availability +- .*breaker ● closed/);
    assert.match(at.line('outcomes'), 'none');
  },
);

on(
  'first it says what is wrong: the breaker, and the fault that is on and for how long',
  { progress: sampleProgress({ elapsedS: 44 }) },
  (at) => {
    assert.match(at.lines()[1]!, '✗ breaker open');
    assert.match(at.lines()[1]!, '▼ the provider fails 30 % of the charges · 9 s');
    assert.not.match(at.text(), 'nothing is wrong');
    assert.match(at.line('availability'), 'breaker ✗ open');
  },
);

on('a breaker that tries again is not all right yet', { progress: sampleProgress({ breaker: 'half-open' }) }, (at) => {
  assert.match(at.lines()[1]!, '◐ breaker half-open');
  assert.match(at.line('availability'), 'breaker ◐ half-open');
});

on('a fault that is cured is wrong no longer', { progress: sampleProgress({ elapsedS: 51 }) }, (at) => {
  assert.match(at.lines()[1]!, '✓ nothing is wrong');
});

on('what nobody answered is said first of all, and why', { progress: unanswered }, (at) => {
  assert.match(at.lines()[1]!, /^ +✗ 1,207 unanswered/);
  assert.match(at.line('unanswered'), 'timed-out 1,203   link-lost 4');
});

on('how far it has come: the phase, the time, the part, and what comes in how many seconds', { columns: 120 }, (at) => {
  assert.match(at.line('rush'), /rush +2 of 3 .*00:48 \/ 01:30 +53 %/);
  assert.match(at.line('next'), '▲ the provider fails 30 % of the charges in 2 s   ▸ calm in 12 s');
  assert.match(at.line('└'), /^ └warm-up +└rush +└calm/);
});

on(
  'of phases of one name it is at the one whose time it is',
  {
    progress: sampleProgress({
      phases: ['rush', 'calm', 'rush', 'rush'].map((name, i) => ({ name, fromS: i * 20, toS: i * 20 + 20 })),
    }),
  },
  (at) => {
    assert.match(at.line('rush'), '3 of 4');
  },
);

on(
  'the bar has what is behind us full, and faults where they are',
  { progress: sampleProgress({ elapsedS: 44 }) },
  (at) => {
    const bar = at.lines()[4]!.trim();
    assert.match(bar, /^█+▼█+▒+▲░+▼▒+$/);
    assert.is(bar.indexOf('▼'), Math.floor((35 / 90) * 78));
    assert.is(bar.indexOf('▲'), Math.floor((50 / 90) * 78));
    assert.is(/^[█▼]+/.exec(bar)![0].length, Math.round((44 / 90) * 78));
  },
);

on(
  'however long it takes to say what comes next, there is room for when',
  { progress: sampleProgress({ ahead: [{ atS: 50, kind: 'cure', text: '결제 대행사가 다시 대답한다 '.repeat(9) }] }) },
  (at) => {
    assert.match(at.line('next'), /▲ 결제 대행사가 .*… in 2 s/);
  },
);

on('figures: how it is now, in the last minute and in all', {}, (at) => {
  assert.match(at.line('offered'), /offered +103 +[▁-█]+ +3,296 /);
  assert.match(at.line('placed'), /placed +72 +[▁-█]+ +2,894 /);
  assert.match(at.line('turned away'), /turned away +30 +[▁-█]+ +390 /);
  assert.match(at.line('delivered'), /delivered +64 +[▁-█]+ +2,510 /);
  assert.match(at.line('p50'), /p50 +310 ms +[▁-█]+ +14 ms/);
  assert.match(at.line('p90'), /p90 +120 ms/);
  assert.match(at.line('p99'), /p99 +1\.2 s +[▁-█]+ +890 ms/);
  assert.match(at.line('max'), /max +2\.3 s +[▁-█]+ +2\.3 s/);
});

on('orders in flight stand by what they are, each with sign, word, bar and count', {}, (at) => {
  assert.match(at.text(), /customers waiting +[▁-█]+ +38/);
  assert.match(at.text(), /ORDERS IN FLIGHT +212/);
  assert.match(at.text(), /◑ accepted +█+ +96/);
  assert.match(at.text(), /➤ on-the-way +█+[▉-▏]? +84/);
  assert.match(at.text(), /○ placed +[▉-▏] +11/);
});

on(
  'a status that has just emptied keeps its line, and every one that occurs has one',
  {
    progress: sampleProgress({
      inFlight: Object.fromEntries(orderStatuses.slice(0, 6).map((status) => [status, 1])),
      samples: sampleProgress().samples.map((sample) => ({
        ...sample,
        inFlight: { cancelling: 2, 'payment-deferred': 1 },
      })),
    }),
  },
  (at) => {
    assert.match(at.text(), /▲ cancelling +0/);
    assert.match(at.text(), /◷ payment-deferred +0/);
    for (const status of orderStatuses.slice(0, 6)) assert.match(at.text(), shown(status, 'en'));
  },
);

on('what came of it so far: outcomes, and refusals by reason, the most frequent first', {}, (at) => {
  assert.match(at.line('outcomes'), '● delivered 2,510   ✗ rejected 402   ⊘ cancelled 8');
  assert.match(at.line('refused'), 'busy 390   REJECT_CARD_COMPANY 12');
  assert.match(at.line('availability'), /availability 88\.16 %.*messages sent 26,046/);
});

on('what does not fit into a line is counted', { progress: overflowing }, (at) => {
  assert.match(at.line('refused'), /\+\d+$/);
  assert.match(at.line('outcomes'), /\+\d+$/);
});

on('however large a number is, it is shown whole', { progress: overflowing }, (at) => {
  const counts = at
    .lines()
    .slice(7, 17)
    .map((line) => line.slice(line.lastIndexOf(' ') + 1));
  assert.equal(counts, ['987,654,321', '11,851,851,852', ...Array(8).fill('987,654,321')]);
});

on('an availability that is not all is never called 100 %', { progress: overflowing }, (at) => {
  assert.match(at.line('availability'), '99.99 %');
});

on(
  'it shows what the platform said last, and nothing that commands the terminal',
  { progress: sampleProgress({ said: ['first', 'broker: down', '\u001b[2Jbroker: up'] }), rows: 24 },
  (at) => {
    assert.match(at.text(), / said +· broker: down\n +· {2}\[2Jbroker: up\n/);
    assert.match(at.lines()[1]!, 'said 3 ↓');
    assert.not.match(at.text(), '\u001b[2J');
  },
);

on('what is said at length is cut where there is no room for it', { progress: overflowing }, (at) => {
  assert.match(at.line('said'), /said +· 소식이 길다 .*…$/);
});

on('where there is room the script is shown, what was and what is to come', { columns: 120, rows: 40 }, (at) => {
  assert.match(at.text(), /SCRIPT +SAID BY THE PLATFORM/);
  assert.match(at.text(), /00:35 ▼ the provider fails 30 % of the charges/);
  assert.match(at.text(), /01:10 ▼ the kitchen is killed/);
  assert.match(at.text(), /01:30 ■ the last customer/);
});

on('after the last customer it says what it waits for', { progress: sampleProgress({ elapsedS: 95 }) }, (at) => {
  assert.match(at.line('finishing'), /finishing what is under way .*01:35 \/ 01:30 +100 %/);
  assert.match(at.line('next'), '212 orders are still under way');
});

on(
  'a script that ends with its last order has no part that is done',
  { progress: sampleProgress({ phases: [{ name: 'all', fromS: 0 }] }) },
  (at) => {
    assert.match(at.text(), /00:48 \/ its last order $|00:48 \/ its last order\n/);
    assert.match(at.lines()[4]!, /[░▒]$/, 'something is still to come');
  },
);

on('in Korean, as wide as it should be', { lang: 'ko', progress: sampleProgress({ elapsedS: 44 }) }, (at) => {
  assert.match(at.lines()[1]!, '✗ 차단기 열림');
  assert.match(at.text(), /◑ 조리 중 +█+ +96/);
  assert.match(at.line('결과'), '● 배달 완료');
  const ends = at
    .lines()
    .slice(7, 13)
    .map((line) => stringWidth(line));
  assert.is(new Set(ends).size, 1, 'the counts are flush');
});

on('it draws what has come since', {}, async (at) => {
  at.world.progress = sampleProgress({ elapsedS: 61 });
  await at.look();
  assert.match(at.line('calm'), /3 of 3 .*01:01/);
});

on('frozen, the frame stays as it is, whatever happens to it, until it is thawed', {}, async (at) => {
  await at.type('f');
  assert.match(at.lines()[0]!, 'FROZEN');
  const frozen = at.text();
  at.world.progress.samples.push(...sampleProgress({ elapsedS: 60 }).samples.slice(48));
  at.world.progress.waiting = 999;
  await at.look();
  await at.redraw();
  assert.is(at.text(), frozen);
  at.world.progress = sampleProgress({ elapsedS: 61 });
  await at.look();
  assert.is(at.text(), frozen);
  await at.type('f');
  assert.not.match(at.text(), 'FROZEN');
  assert.match(at.text(), '01:01');
});

on('q asks, n goes on, y stops, and then it says so', {}, async (at) => {
  await at.type('q');
  assert.match(at.lines().at(-2)!, 'Stop now? The report tells of what was until now. y yes · n no');
  assert.is(at.world.stops, 0);
  await at.type('x');
  assert.match(at.text(), 'Stop now?', 'another key is no answer');
  await at.type('n');
  assert.not.match(at.text(), 'Stop now?');
  assert.is(at.world.stops, 0);
  await at.type('qy');
  assert.is(at.world.stops, 1);
  assert.match(at.text(), 'Stopping: finishing what is in hand.');
  assert.not.match(at.lines().at(-1)!, 'q stop');
  await at.type('qy');
  assert.is(at.world.stops, 1, 'it stops already');
});

on('with the keyboard set to Hangul the same keys work', { lang: 'ko' }, async (at) => {
  await at.type('ㅂ');
  assert.match(at.text(), '지금 끝낼까요?');
  await at.type('ㅛ');
  assert.is(at.world.stops, 1);
});

on('Ctrl-C stops without asking, and pressed again it is passed on again', {}, async (at) => {
  await at.type('\u0003');
  assert.is(at.world.stops, 1);
  assert.match(at.text(), 'Stopping');
  await at.type('\u0003');
  assert.is(at.world.stops, 2);
});

on('nothing but what is asked moves when it asks', { columns: 120, rows: 40 }, async (at) => {
  const before = at.lines();
  await at.type('q');
  assert.equal(at.lines().slice(0, -2), before.slice(0, -2));
  for (let rows = 24; rows < 60; rows++) {
    at.size.rows = rows;
    await at.type('n');
    const script = at.text().includes('SCRIPT');
    await at.type('q');
    assert.is(at.text().includes('SCRIPT'), script, `${rows} rows`);
  }
});

on('? tells what keys, signs and figures are, and any key leads back', {}, async (at) => {
  const before = at.text();
  await at.type('?');
  assert.match(at.text(), 'Ctrl-C');
  assert.match(at.text(), /availability +what was placed/);
  await at.type('q');
  assert.is(at.text(), before);
});

on('below 80×24 it says how large it must be, and can still be stopped', { columns: 60, rows: 10 }, async (at) => {
  assert.match(at.text(), '60×10');
  await at.type('f');
  await at.type('q');
  assert.match(at.text(), 'Stop now?');
  await at.type('y');
  assert.is(at.world.stops, 1);
  at.size.columns = 80;
  at.size.rows = 24;
  await at.redraw();
  assert.match(at.lines()[0]!, /baedal ▸ Simulation/);
  assert.not.match(at.text(), 'FROZEN', 'nobody should press what they cannot see');
});

test.run();
