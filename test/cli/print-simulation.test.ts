import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cellsOf } from '../../src/cli/cells.ts';
import { simulationLines } from '../../src/cli/print-simulation.ts';
import { emptyReport, sampleReport } from '../simulation/sample-report.ts';

const test = suite('a simulation in lines');

test('how it ended comes first, and what it failed for last', () => {
  const report = sampleReport();
  const lines = simulationLines(report, 'en');
  assert.is(lines[0], '✗ lunch-rush broke 2 of 5 promises.');
  assert.equal(lines.slice(-4), [
    'Failed:',
    '✗ In the whole run, “placing, p99” should be at most 750 ms and is 1.34 s.',
    '✗ In lunch rush, “availability” should be at least 95% and is 86.2%.',
    '✗ 3 orders had not come to an end 30 s after the last customer.',
  ]);
  const passed = simulationLines(sampleReport({ passed: true, failures: [], judged: [report.judged[0]!] }), 'en');
  assert.is(passed[0], '✓ lunch-rush held: it kept its promise, and the audit found nothing.');
  assert.not(passed.includes('Failed:'));
});

test('it says what came of the asking, how long it took, and what was kept', () => {
  const text = simulationLines(sampleReport(), 'en').join('\n');
  for (const words of [
    /^5,772 orders asked for: 4,559 placed, 50\.7 a second; 8 deferred; 779 turned\naway; 363 refused; 63 unanswered\./m,
    /Availability 85\.41%/,
    /^In the end: ● delivered 4,439, ✗ rejected 290, ⊘ cancelled 120\./m,
    /^refused {5}REJECT_CARD_COMPANY {5}290 {3}5\.02%$/m,
    /^unanswered {2}no-answer {16}63 {3}1\.09%$/m,
    /^placing +4,559 +19 ms +72 ms +1\.3 s +2\.8 s$/m,
    /^◑ accepted → ◕ cooked +4,439 +2\.2 s/m,
    /^lunch rush +0:20 +4,566 +3,434 +68\.7 +81\.55% +779 /m,
    /^✓ +availability +the whole run +at least 85% +85\.41%$/m,
    /^✗ +availability +lunch rush +at least 95% +86\.2%$/m,
    /^Audit: ✓ nothing was found in 4,559 orders, of which 4,439 stand\.$/m,
    /^124,916,600 won captured, 2,892,000 won refunded, 122,024,600 won kept\.$/m,
    /^✓ The provider says the same, in 4,679 transactions\.$/m,
  ])
    assert.match(text, words);
});

test('statuses are in Korean where that is asked for', () => {
  const text = simulationLines(sampleReport(), 'ko').join('\n');
  assert.match(text, '● 배달 완료 4,439');
  assert.match(text, '◑ 조리 중 → ◕ 조리 완료');
});

test('a single phase is not said twice', () => {
  const { phases } = sampleReport();
  assert.not.match(simulationLines(sampleReport({ phases: phases.slice(0, 1) }), 'en').join('\n'), 'PHASE');
});

test('it fits into 80 columns, also with long names in Hangul', () => {
  const report = sampleReport();
  const long = '점심 시간에 몰려오는 손님들과 아주 긴 이름 하나'.repeat(3);
  const lines = simulationLines(
    sampleReport({
      script: long,
      about: long,
      failures: [long],
      phases: report.phases.map((phase) => ({ ...phase, name: long })),
      judged: report.judged.map((one) => ({ ...one, what: long, phase: long })),
      totals: { ...report.totals, refused: { [long]: 4 } },
    }),
    'ko',
  );
  assert.equal(
    lines.filter((line) => cellsOf(line) > 80),
    [],
  );
});

test('nothing in it commands the terminal or breaks a line', () => {
  const evil = 'a\x1b[2Jb\nc\u202e';
  const report = sampleReport();
  const lines = simulationLines(
    sampleReport({
      script: evil,
      about: evil,
      broker: evil,
      failures: [evil],
      phases: report.phases.map((phase) => ({ ...phase, name: evil })),
      judged: [{ what: evil, phase: evil, unit: 'ms', is: 1, kept: true }],
      totals: { ...report.totals, refused: { [evil]: 4 } },
      audit: { ...report.audit!, findings: 1, examples: [evil] },
    }),
    'en',
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  assert.not.match(lines.join(''), /[\0-\x1f\u202e]/);
});

test('what the provider says otherwise and what the audit found is said', () => {
  const audit = sampleReport().audit!;
  const provider = { ...audit.provider!, capturedWon: 7 };
  const text = simulationLines(
    sampleReport({ audit: { ...audit, provider, findings: 2, examples: ['Order a1 was charged twice.'] } }),
    'en',
  ).join('\n');
  assert.match(text, 'Audit: ✗ 2 findings in 4,559 orders');
  assert.match(text, /^- Order a1 was charged twice\.$/m);
  assert.match(text, '✗ The provider says otherwise: 7 won captured');
});

test('where nothing happened it says so', () => {
  const lines = simulationLines(emptyReport(), 'en');
  assert.is(lines[0], '✓ lunch-rush held: everything came to an end; there was no audit.');
  assert.ok(lines.includes('No order was asked for.'));
  assert.not.match(lines.join('\n'), /NaN|undefined|null/);
});

test.run();
