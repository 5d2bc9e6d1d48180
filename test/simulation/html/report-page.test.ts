import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reportPage } from '../../../src/simulation/html/report-page.ts';
import type { Report, Sample } from '../../../src/simulation/report.ts';
import { tempFolder } from '../../harness/temp-folder.ts';
import { emptyReport, sampleReport } from '../sample-report.ts';

const test = suite('the page of a report');

const jsonIn = (page: string): string =>
  page.match(/<script type="application\/json" id="report">(.*?)<\/script>/s)![1]!;
const scriptsIn = (page: string): string[] =>
  [...page.matchAll(/<script(?: type="module")?>(.*?)<\/script>/gs)].map(([, script]) => script!);
const withoutScripts = (page: string): string => page.replaceAll(/<(script|style)\b.*?<\/\1>/gs, '');
const textOf = (page: string): string =>
  withoutScripts(page)
    .replaceAll('<wbr>', '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

test('asks nobody for anything', () => {
  const page = reportPage(sampleReport());
  const ours = page
    .replace('https://github.com/leeoniya/uPlot', '')
    .replace(encodeURIComponent('http://www.w3.org/2000/svg'), '');
  assert.not.match(ours, /(https?|wss?|ftp):\/\//);
  assert.not.match(ours, /\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b/);
  assert.not.match(ours, /@import|url\(/);
  const markup = withoutScripts(page);
  assert.not.match(markup, /\s(src|srcset|action|data|poster|background)=/);
  const links = [...markup.matchAll(/\shref="([^"]*)"/g)].map(([, to]) => to!);
  assert.ok(
    links.every((to) => to.startsWith('#') || to.startsWith('data:image/svg+xml,')),
    links.join(' '),
  );
});

test('runs and wears only what is in it, says its policy', () => {
  const page = reportPage(sampleReport());
  const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)![1]!.replaceAll('&#39;', "'");
  assert.match(policy, "default-src 'none'");
  assert.not.match(policy, 'unsafe');
  const hashOf = (code: string) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;
  const scripts = scriptsIn(page);
  assert.is(scripts.length, 2);
  for (const script of scripts) assert.ok(policy.includes(hashOf(script)));
  assert.ok(policy.includes(`style-src ${hashOf(page.match(/<style>(.*?)<\/style>/s)![1]!)}`));
  assert.not.match(withoutScripts(page), /<[^>]*\s(style|on\w+)=/, 'what the policy would stop');
});

test('has scripts that can be read, without imports', () => {
  const folder = tempFolder();
  scriptsIn(reportPage(sampleReport())).forEach((script, i) => {
    assert.not.match(script, /^import /m);
    const file = folder.file(`${i}.mjs`);
    writeFileSync(file, script);
    const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
  });
});

test('has every script that there is for it', () => {
  const folder = new URL('../../../src/simulation/html/browser/', import.meta.url);
  const page = reportPage(emptyReport());
  for (const name of readdirSync(folder)) {
    const [whatItIs = ''] = readFileSync(new URL(name, folder), 'utf8').split('\n');
    assert.ok(page.includes(whatItIs), name);
  }
});

test('has the licence of what it draws with', () => {
  assert.match(reportPage(sampleReport()), 'Permission is hereby granted, free of charge');
});

test('has the whole report in it', () => {
  const report = sampleReport({ about: 'A </script> and <!-- and \u2028 and \u2029 and 점심 and \ud800.' });
  const json = jsonIn(reportPage(report));
  assert.equal(JSON.parse(json), report);
  assert.not.match(json, /[<>\u2028\u2029]/);
});

const hostile = `"'><x-evil onload=alert(1)>&amp;</script></title></style><!--\u2028\0\u202e`;

test('shows text from outside, and does nothing that it says', () => {
  const report = sampleReport();
  const page = reportPage({
    ...report,
    script: hostile,
    about: hostile,
    broker: hostile,
    machine: { cores: 1, node: hostile },
    failures: [hostile],
    totals: { ...report.totals, refused: { [hostile]: 3 }, unanswered: { [hostile]: 4 } },
    phases: report.phases.map((phase) => ({ ...phase, name: hostile })),
    judged: [{ what: hostile, phase: hostile, unit: hostile, is: 1, atLeast: 2, kept: false }],
    marks: [{ atS: 1, kind: 'fault', text: hostile }],
    outcomes: { [hostile]: 3 } as Report['outcomes'],
    journey: [{ from: hostile, to: hostile, took: report.journey[0]!.took } as unknown as Report['journey'][number]],
    audit: { ...report.audit!, findings: 1, examples: [hostile] },
    samples: report.samples.map((sample) => ({
      ...sample,
      inFlight: { [hostile]: 1 } as Report['samples'][number]['inFlight'],
    })),
  });
  const [, name = ''] = page.match(/ download="([^"]*)"/)!;
  const markup = withoutScripts(page).replace(name, '');
  assert.match(name, /^[\w.-]+$/);
  assert.is(scriptsIn(page).length, 2);
  assert.not.match(page, /<x-evil/);
  assert.ok(markup.split('x-evil').length > 15, 'it is shown');
  const before = [...markup.matchAll(/(.{0,4})x-evil/gs)].map(([, start]) => start);
  assert.ok(
    before.every((start) => start === '&lt;'),
    'wherever it is',
  );
  assert.not.match(page, '<!--');
  assert.not.match(markup, /[\0\u202e]/);
  assert.match(markup, '<title>✗ &quot;&#39;&gt;&lt;x-evil onload=alert(1)&gt;&amp;amp;&lt;/script&gt;');
});

test('says how it ended, what was promised, and what failed', () => {
  const report = sampleReport();
  const text = textOf(reportPage(report));
  assert.match(text, 'Failed The simulation broke 2 of 5 promises.');
  assert.match(text, 'In the whole run, “placing, p99” should be at most 750 ms and is 1.34 s.');
  for (const failure of report.failures) assert.match(text, failure);
  assert.is(text.split(' ✓ kept').length - 1, 3);
  assert.is(text.split(' ✗ broken').length - 1, 2);
  assert.match(text, 'availability in lunch rush at least 95% 86.2% ✗ broken');
  assert.match(text, 'orders placed a second the whole run at least 40/s');

  const passed = textOf(
    reportPage(sampleReport({ passed: true, failures: [], judged: report.judged.filter(({ kept }) => kept) })),
  );
  assert.match(passed, 'Passed The simulation held: it kept all 3 promises, and the audit found nothing.');
});

test('says what ran, when, and what came of it', () => {
  const text = textOf(reportPage(sampleReport()));
  for (const words of [
    'Seed 42',
    'RabbitMQ 3.10.8',
    '2 cores, Node 20.20.2',
    '2026-10-14 03:26:53 UTC',
    '4,559 of 5,772 asked for',
    '842 turned away or failed',
    '97.19% of those placed or deferred',
    'REJECT_CARD_COMPANY refused 290 5.02%',
    'no-answer unanswered 63 1.09%',
    'Captured 124,916,600 124,916,600',
    '✓ Both agree ; the provider counts 4,679 transactions.',
    'fault 0:36 the payment provider answers 503',
    'breaker open 0:39–0:46 breaker half-open 0:46–0:48',
    'cooked → assigned 4,439',
    'delivered 4,439 91.54%',
  ])
    assert.match(text, words);
});

test('says it where the provider says otherwise, where there was no audit, and what the audit found', () => {
  const audit = sampleReport().audit!;
  const other = {
    ...audit,
    provider: { ...audit.provider!, cancelledWon: 1 },
    findings: 1,
    examples: ['Order a1 was charged twice.'],
  };
  const text = textOf(reportPage(sampleReport({ audit: other })));
  assert.match(text, '✗ They differ');
  assert.match(text, '✗ 1 finding. 4,559 orders were looked at');
  assert.match(text, 'Order a1 was charged twice.');
  assert.match(textOf(reportPage(sampleReport({ audit: null }))), 'There was no audit of this run.');
});

test('has the figures of every chart in a table, also for those who cannot see charts', () => {
  const page = reportPage(sampleReport());
  for (const name of ['throughput', 'latency', 'in-flight', 'waiting'])
    assert.match(page, new RegExp(`data-chart="${name}" data-label="[^"]+Highest: [^"]+"`));
  const text = textOf(page);
  assert.match(text, 'Throughput in stretches of 2 s: a second, the mean of each');
  assert.match(text, 'When awaiting-payment placed accepted cooked assigned on-the-way cancelling');
  assert.match(page, '<html lang="en">');
});

test('stays readable and small where a run took an hour', () => {
  const page = reportPage(sampleReport({}, 3_600));
  assert.ok(page.length < 2_000_000, `${page.length} characters`);
  assert.match(textOf(page), 'in stretches of 2 m:');
  assert.ok(page.split('<tr>').length < 350);
});

test('says of a breaker that flaps how often, and when at first', () => {
  const { samples } = sampleReport();
  const flapping = samples.map((sample) => ({ ...sample, breaker: sample.atS % 2 ? 'open' : 'closed' }) as Sample);
  assert.match(
    textOf(reportPage(sampleReport({ samples: flapping }))),
    'breaker open 0:00–0:01, 0:02–0:03, 0:04–0:05, 0:06–0:07, 0:08–0:09, 0:10–0:11 and 46 times more',
  );
});

test('is there also where nothing happened', () => {
  const report = emptyReport();
  const page = reportPage(report);
  const text = textOf(page);
  assert.equal(JSON.parse(jsonIn(page)), report);
  assert.match(text, 'Passed');
  for (const words of [
    'The script promises nothing.',
    'Nobody asked.',
    'No order went anywhere.',
    'Nobody was refused.',
  ])
    assert.match(text, words);
  assert.not.match(text, /NaN|undefined|Infinity|null/);
  assert.is(withoutScripts(page).split('data-chart=').length - 1, 4);
});

test('is there also where nothing was placed, or a single second was measured', () => {
  const none = sampleReport();
  const samples = none.samples.map((sample) => ({ ...sample, placed: 0, placedMs: null, inFlight: {} }));
  const totals = { ...none.totals, placed: 0, placedMs: null, turnedAwayMs: null };
  const text = textOf(
    reportPage({ ...none, samples, totals, judged: [{ what: 'placing, p99', unit: 'ms', atMost: 5, kept: false }] }),
  );
  assert.match(text, 'placing, p99 the whole run at most 5 ms nothing to measure ✗ broken');
  assert.not.match(text, /NaN|undefined|Infinity/);
  assert.not.match(textOf(reportPage({ ...none, samples: none.samples.slice(30, 31) })), /NaN|undefined|Infinity/);
});

test.run();
