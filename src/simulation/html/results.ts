import { cameTo, percent, promised } from '../measured.ts';
import type { Counts, Report } from '../report.ts';
import { sum, turnedAwayOf } from '../tally.ts';
import { ledgerAgrees } from '../verdict.ts';
import { count, moment, rate, span } from './browser/figures.js';
import { html, type Markup, type Part } from './markup.ts';
import { countCell, number, quantileCells, quantileColumns, signed, tableOf, text } from './tables.ts';

/** Every promise, and whether it was kept. */
export const promisesOf = ({ judged }: Report): Markup => html`
<section class="card"><h2>Promises</h2>
${
  judged.length === 0
    ? html`<p class="none">The script promises nothing.</p>`
    : tableOf(
        'What was promised, and what came of it',
        [text('Promise'), text('Should be'), number('Is'), text('Kept')],
        judged.map((one) => [
          html`${one.what} <span class="remark">${one.phase === undefined ? 'the whole run' : `in ${one.phase}`}</span>`,
          promised(one),
          cameTo(one) ?? 'nothing to measure',
          signed(one.kept, one.kept ? 'kept' : 'broken'),
        ]),
      )
}
</section>`;

/** What became of the asking: of all, and in each phase. */
export function phasesOf({ phases, totals, arrivalsS }: Report): Markup {
  const all = { name: 'the whole run', fromS: 0, toS: arrivalsS, ...totals };
  const row = (of: typeof all): Part[] => [
    of.name,
    `${moment(of.fromS)}–${moment(of.toS)}`,
    count(of.offered),
    count(of.placed),
    rate(of.placedPerSecond),
    of.offered > 0 ? percent(of.availability) : '–',
    ...quantileCells(of.placedMs),
    countCell(of.deferred),
    countCell(turnedAwayOf(of)),
    countCell(sum(of.refused) - turnedAwayOf(of)),
    countCell(sum(of.unanswered)),
  ];
  return html`
<section class="card wide"><h2>Phases</h2>
${tableOf(
  'What came of the asking in each phase, and how long placing took',
  [
    text('Phase'),
    number('When'),
    number('Asked'),
    number('Placed'),
    number('A second'),
    number('Availability'),
    ...quantileColumns,
    number('Deferred'),
    number('Turned away'),
    number('Refused'),
    number('Unanswered'),
  ],
  [...phases, all].map(row),
)}
</section>`;
}

/** How long the way from one status to the next took. */
export function journeyOf({ journey, totals }: Report): Markup {
  const { placedMs, turnedAwayMs } = totals;
  const asked = [
    ...(placedMs ? [{ name: 'from due to placed', took: placedMs }] : []),
    ...(turnedAwayMs ? [{ name: 'from due to turned away', took: turnedAwayMs }] : []),
  ];
  const rows = [...asked, ...journey.map(({ from, to, took }) => ({ name: `${from} → ${to}`, took }))];
  return html`
<section class="card"><h2>Journey</h2>
${
  rows.length === 0
    ? html`<p class="none">No order went anywhere.</p>`
    : tableOf(
        'How long each step took',
        [text('Step'), number('Orders'), number('mean'), ...quantileColumns],
        rows.map(({ name, took }) => [name, count(took.count), span(took.mean), ...quantileCells(took)]),
      )
}
</section>`;
}

/** What became of the orders in the end. */
export function outcomesOf({ outcomes }: Report): Markup {
  const rows = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  return shares('Outcomes', 'What became of the orders', 'Status', rows, 'No order was received.');
}

/** Every count of the asking. */
export function countsOf({ totals }: Report): Markup {
  const busy = turnedAwayOf(totals);
  const rows: [string, number][] = [
    ['placed', totals.placed],
    ['deferred: to be paid later', totals.deferred],
    ['turned away: busy', busy],
    ['refused for another reason', sum(totals.refused) - busy],
    ['unanswered', sum(totals.unanswered)],
  ];
  const open = totals.offered - rows.reduce((total, [, orders]) => total + orders, 0);
  if (open > 0) rows.push(['still open', open]);
  return shares(
    'The asking',
    `What came of ${count(totals.offered)} orders that were asked for`,
    'Answer',
    rows,
    'Nobody asked.',
    totals.offered,
  );
}

/** Who was not served, and why. */
export function refusalsOf({ totals }: Report): Markup {
  const rows = [...reasons('refused', totals.refused), ...reasons('unanswered', totals.unanswered)];
  return shares(
    'Refusals',
    'Refused and unanswered, by the code of the reason',
    'Reason',
    rows,
    'Nobody was refused.',
    totals.offered,
  );
}

/** The most frequent first. A code may be broken behind what stands for a space in it. */
const reasons = (what: string, counts: Counts['refused']): [Markup, number][] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([code, orders]) => [
      html`${code.split(/(?<=_)/).map((part) => html`${part}<wbr>`)} <span class="remark">${what}</span>`,
      orders,
    ]);

/** A table of counts, each with its share of the whole. */
function shares(
  title: string,
  caption: string,
  head: string,
  rows: readonly (readonly [Part, number])[],
  empty: string,
  whole = rows.reduce((total, [, orders]) => total + orders, 0),
): Markup {
  const share = (orders: number) => (whole > 0 ? orders / whole : 0);
  return html`
<section class="card third"><h2>${title}</h2>
${
  whole === 0 || rows.length === 0
    ? html`<p class="none">${empty}</p>`
    : tableOf(
        caption,
        [text(head), number('Orders'), number('Share'), text('')],
        rows.map(([name, orders]) => [
          name,
          countCell(orders),
          percent(share(orders)),
          html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.max(orders > 0 ? 0.7 : 0, share(orders) * 100).toFixed(1)}" height="8"/></svg>`,
        ]),
      )
}
</section>`;
}

/** The money, held against the provider's ledger. */
export function auditOf(report: Report): Markup {
  const { audit } = report;
  if (!audit)
    return html`<section class="card"><h2>Audit</h2><p class="none">There was no audit of this run.</p></section>`;
  const { provider, findings, examples } = audit;
  const agrees = ledgerAgrees(report);
  const rows: Part[][] = [
    ['Captured', count(audit.capturedWon), provider ? count(provider.capturedWon) : '–'],
    ['Refunded', count(audit.refundedWon), provider ? count(provider.cancelledWon) : '–'],
    ['Kept', count(audit.keptWon), provider ? count(provider.capturedWon - provider.cancelledWon) : '–'],
  ];
  return html`
<section class="card"><h2>Audit</h2>
<p>${signed(findings === 0, findings === 0 ? 'Nothing was found.' : `${count(findings)} ${findings === 1 ? 'finding' : 'findings'}.`)} ${count(audit.orders)} orders were looked at, of which ${count(audit.standing)} stand.</p>
${examples.length > 0 && html`<ul>${examples.map((example) => html`<li>${example}</li>`)}</ul>`}
${tableOf('Money by our own books and by the ledger of the payment provider', [text('Won'), number('Our books'), number('Provider')], rows)}
${agrees !== undefined && html`<p>${signed(agrees, agrees ? 'Both agree' : 'They differ')}; the provider counts ${count(provider?.transactions ?? 0)} transactions.</p>`}
</section>`;
}
