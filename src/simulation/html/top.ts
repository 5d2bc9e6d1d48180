import { percent } from '../measured.ts';
import type { Report, Sample } from '../report.ts';
import { failedOf } from '../tally.ts';
import { verdictOf, whyItFailed } from '../verdict.ts';
import { count, moment, rate, span } from './browser/figures.js';
import { html, type Markup, type Part } from './markup.ts';
import { sparkline } from './sparkline.ts';

/** What it is called, what it is about, and how it ended. */
export function topOf(report: Report): Markup {
  const reasons = whyItFailed(report);
  return html`
<header>
<p class="eyebrow">baedal simulation</p>
<h1>${report.script}</h1>
${report.about !== '' && html`<p class="about">${report.about}</p>`}
<section class="verdict ${report.passed ? 'passed' : 'failed'}" aria-label="Verdict">
<span class="sign" aria-hidden="true">${report.passed ? '✓' : '✗'}</span>
<div>
<p class="word">${report.passed ? 'Passed' : 'Failed'}</p>
<p>The simulation ${verdictOf(report)}.</p>
${reasons.length > 0 && html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
</div>
</section>
</header>`;
}

/** The figures that people ask for first. */
export function figuresOf({ totals, outcomes, samples }: Report): Markup {
  const { offered, placed, placedPerSecond, availability, placedMs } = totals;
  const delivered = outcomes.delivered ?? 0;
  const taken = placed + totals.deferred;
  const of = (read: (sample: Sample) => number | null) => sparkline(samples.map(read));
  return html`
<section class="figures" aria-label="Figures">
${figure(
  'Placed a second',
  rate(placedPerSecond),
  `${count(placed)} of ${count(offered)} asked for`,
  of((sample) => sample.placed),
)}
${figure('Availability', offered > 0 ? percent(availability) : '–', offered > 0 ? `${count(failedOf(totals))} turned away or failed` : 'nobody asked', of(served))}
${figure(
  'p50 of placing',
  placedMs ? span(placedMs.p50) : '–',
  placedMs ? `mean ${span(placedMs.mean)}` : 'nothing was placed',
  of((sample) => sample.placedMs?.p50 ?? null),
)}
${figure(
  'p99 of placing',
  placedMs ? span(placedMs.p99) : '–',
  placedMs ? `longest ${span(placedMs.max)}` : 'nothing was placed',
  of((sample) => sample.placedMs?.p99 ?? null),
)}
${figure(
  'Delivered',
  count(delivered),
  taken > 0
    ? `${percent(delivered / taken)} of those ${totals.deferred > 0 ? 'placed or deferred' : 'placed'}`
    : 'nothing was placed',
  of((sample) => sample.delivered),
)}
</section>`;
}

/** The share of a second's customers for whom the platform did its part; null where nobody came. */
const served = ({ offered, turnedAway, unanswered }: Sample): number | null =>
  offered > 0 ? Math.max(0, offered - turnedAway - unanswered) / offered : null;

const figure = (name: string, value: string, remark: string, line: Part): Markup => html`
<div class="figure"><h2>${name}</h2><p class="value">${value}</p>${line}<p class="remark">${remark}</p></div>`;

/** What ran, where, and when. */
export function factsOf(report: Report): Markup {
  const { seed, broker, machine, startedAt, arrivalsS, tookS, messages, totals } = report;
  const at = new Date(startedAt);
  const facts: [string, Part][] = [
    ['Script', report.script],
    ['Seed', html`${seed} <span class="remark">the same seed brings the same customers</span>`],
    ['Broker', broker],
    ['Machine', `${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}, Node ${machine.node.replace(/^v/, '')}`],
    ['Started', html`<time datetime="${at.toISOString()}">${utc(at)}</time> <span class="remark" data-local></span>`],
    ['Customers came for', `${span(arrivalsS * 1_000)} (${moment(arrivalsS)})`],
    ['All was over after', `${span(tookS * 1_000)} (${moment(tookS)})`],
    ['Customers', count(totals.offered)],
    ['KakaoTalk messages', count(messages)],
  ];
  return html`
<section class="card"><h2>What ran</h2>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>`;
}

/** 2026-10-14 03:26:53 UTC */
const utc = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
