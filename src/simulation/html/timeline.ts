import type { Report, Sample } from '../report.ts';
import { count, moment, rate, span } from './browser/figures.js';
import {
  breakerStretches,
  highest,
  inFlightOf,
  type Line,
  latencyOf,
  type Stretch,
  throughputOf,
  waitingOf,
} from './browser/series.js';
import { inStretches, stretchFor } from './browser/stretches.js';
import { html, type Markup, type Part } from './markup.ts';
import { number, tableOf, text } from './tables.ts';

const mostRows = 60;

/** One chart: where the page's script draws it, and the same figures as a table. */
type Chart = {
  name: string;
  title: string;
  what: string;
  lines: Line[];
  value(value: number): string;
  /** What the table has of a stretch of several seconds. */
  inTable: string;
};

const chartsOf = (samples: readonly Sample[]): Chart[] => [
  {
    name: 'throughput',
    title: 'Throughput',
    what: 'Orders a second, by what came of them in it.',
    lines: throughputOf(samples),
    value: rate,
    inTable: 'a second, the mean of each',
  },
  {
    name: 'latency',
    title: 'Latency of placing',
    what: 'From when an order was due until it was placed. The scale is logarithmic where it spans decades.',
    lines: latencyOf(samples),
    value: span,
    inTable: 'p50 is the mean of each, p99 and max are those of its slowest second',
  },
  {
    name: 'in-flight',
    title: 'Orders in flight',
    what: 'Orders that are not over, by their status, on top of each other.',
    lines: inFlightOf(samples),
    value: count,
    inTable: 'at the end of each',
  },
  {
    name: 'waiting',
    title: 'Customers waiting',
    what: 'Customers who have asked and have no answer yet.',
    lines: waitingOf(samples),
    value: count,
    inTable: 'the most in each',
  },
];

/** How it went, second by second. */
export function timelineOf(report: Report): Markup {
  return html`
<section class="card wide timeline"><h2>As it went</h2>
${keyOf(report)}
<p class="hint script-only">Move over a chart to read it, and draw over a stretch of it to look closer: all four go along. A name below a chart hides and shows its line. <span id="stretch"></span> <button type="button" id="whole-run" hidden>Show the whole run</button></p>
<noscript><p class="hint">The charts need JavaScript. The tables below have the same figures.</p></noscript>
${chartsOf(report.samples).map(
  (chart) => html`
<figure><figcaption><h3>${chart.title}</h3><p>${chart.what}</p></figcaption>
<div class="plot${chart.name === 'in-flight' && ' areas'}" data-chart="${chart.name}" data-label="${inWords(chart)}"></div>
<details><summary>${chart.title} as a table</summary>${asTable(chart, report.samples)}</details>
</figure>`,
)}
</section>`;
}

const kinds = { phase: ['▸', 'phase'], fault: ['✗', 'fault'], cure: ['✓', 'cured'] } as const;

/** Every mark under its number, and when the breaker was what. */
function keyOf({ marks, samples }: Report): Markup | false {
  const stretches = breakerStretches(samples);
  if (marks.length + stretches.length === 0) return false;
  return html`
<ol class="key" aria-label="Marks in the charts">${marks.map(
    ({ atS, kind, text }) => html`
<li class="${kind}"><span class="kind"><span aria-hidden="true">${kinds[kind][0]}</span> ${kinds[kind][1]}</span> <span class="at">${moment(atS)}</span> ${text}</li>`,
  )}
</ol>
${stretches.length > 0 && html`<ul class="key" aria-label="The breaker of the payment provider">${stateOf('open', stretches)}${stateOf('half-open', stretches)}</ul>`}`;
}

const mostStretches = 6;

/** When the breaker was what; of one that flaps, the first times and how often. */
function stateOf(state: Stretch['state'], stretches: readonly Stretch[]): Markup | false {
  const times = stretches
    .filter((stretch) => stretch.state === state)
    .map(({ fromS, toS }) => `${moment(fromS)}–${moment(toS)}`);
  const more = times.length > mostStretches ? ` and ${times.length - mostStretches} times more` : '';
  return (
    times.length > 0 &&
    html`<li><span class="swatch ${state}" aria-hidden="true"></span> breaker ${state} <span class="at">${times.slice(0, mostStretches).join(', ')}${more}</span></li>`
  );
}

/** A chart in a sentence, for those who cannot see it. */
function inWords({ title, what, lines, value }: Chart): string {
  const most = lines.flatMap(({ label, values }) => {
    const found = highest(values);
    return found === null ? [] : [`${label} ${value(found)}`];
  });
  return `${title}. ${what} ${most.length > 0 ? `Highest: ${most.join(', ')}.` : 'Nothing was measured.'} The table below the chart has the figures.`;
}

/** In so many rows that they can be read. */
function asTable({ title, lines, value, inTable }: Chart, samples: readonly Sample[]): Markup {
  const times = samples.map(({ atS }) => atS);
  const lengthS = stretchFor(times.at(-1) ?? 0, mostRows);
  const stretches = inStretches(times, lines, lengthS);
  if (times.length === 0) return html`<p class="none">Nothing was measured.</p>`;
  const rows = stretches.times.map((toS, i): Part[] => [
    `${moment(stretches.times[i - 1] ?? 0)}–${moment(toS)}`,
    ...stretches.lines.map(({ values }) => {
      const found = values[i] ?? null;
      return found === null ? '–' : value(found);
    }),
  ]);
  return tableOf(
    lengthS === 1
      ? `${title}, second by second`
      : `${title} in stretches of ${span(lengthS * 1_000).replace('.0 ', ' ')}: ${inTable}`,
    [text('When'), ...lines.map(({ label }) => number(label))],
    rows,
  );
}
