import type { Lang } from '../actors/notifier/texts.ts';
import { moment } from '../simulation/html/browser/figures.js';
import { cameTo, measured, percent, promised } from '../simulation/measured.ts';
import type { Counts, Quantiles, Report } from '../simulation/report.ts';
import { sum, turnedAwayOf } from '../simulation/tally.ts';
import { ledgerAgrees, verdictOf, whyItFailed } from '../simulation/verdict.ts';
import { wrapped } from './doctor/wrap.ts';
import { inLine } from './print-dead-letters.ts';
import { cut, shown, span, table, won } from './show.ts';

const width = 80;

/** What a simulation has to say, as lines: how it ended first, and what it failed for last, where the eye is. */
export function simulationLines(report: Report, lang: Lang): string[] {
  const { passed, script } = report;
  const reasons = whyItFailed(report);
  const parts = [
    [
      ...sentence(`${passed ? '✓' : '✗'} ${script} ${verdictOf(report)}.`, 2),
      ...(report.about === '' ? [] : sentence(report.about)),
      ...sentence(circumstances(report)),
    ],
    [...sentence(asking(report)), ...sentence(outcomes(report, lang))],
    refusals(report),
    spans(report, lang),
    phases(report),
    promises(report),
    audit(report),
    reasons.length === 0 ? [] : ['Failed:', ...reasons.flatMap((reason) => sentence(`✗ ${reason}`, 2))],
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]));
}

const sentence = (text: string, hanging = 0): string[] => wrapped(inLine(text), width, hanging);
const counted = (n: number, one: string, many: string): string => `${won(n)} ${n === 1 ? one : many}`;

const circumstances = ({ seed, broker, machine, arrivalsS, tookS }: Report): string =>
  `Seed ${seed}, ${broker}, ${counted(machine.cores, 'core', 'cores')}, Node ${machine.node.replace(/^v/, '')}. ` +
  `Customers came for ${span(arrivalsS * 1_000)}, all was over after ${span(tookS * 1_000)}.`;

function asking({ totals }: Report): string {
  const { offered, placed, deferred, refused, unanswered, placedPerSecond, availability } = totals;
  const busy = turnedAwayOf(totals);
  const others: [number, string][] = [
    [deferred, 'deferred'],
    [busy, 'turned away'],
    [sum(refused) - busy, 'refused'],
    [sum(unanswered), 'unanswered'],
  ];
  const came = [
    `${won(placed)} placed, ${measured(placedPerSecond, '')} a second`,
    ...others.filter(([n]) => n > 0).map(([n, word]) => `${won(n)} ${word}`),
  ];
  return offered === 0
    ? 'No order was asked for.'
    : `${counted(offered, 'order', 'orders')} asked for: ${came.join('; ')}. Availability ${percent(availability)}.`;
}

function outcomes({ outcomes, messages }: Report, lang: Lang): string {
  const ends = Object.entries(outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(([status, n]) => `${shown(status as keyof typeof outcomes, lang)} ${won(n)}`);
  return `${ends.length > 0 ? `In the end: ${ends.join(', ')}. ` : ''}${counted(messages, 'message', 'messages')} sent.`;
}

/** Who was not served, by the code of the reason, the most frequent first. */
function refusals({ totals }: Report): string[] {
  const rowsOf = (what: string, counts: Counts['refused']): string[][] =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([code, n]) => [what, cut(inLine(code), 40), won(n), percent(totals.offered > 0 ? n / totals.offered : 0)]);
  const rows = [...rowsOf('refused', totals.refused), ...rowsOf('unanswered', totals.unanswered)];
  return tabled(['NOT SERVED', 'REASON', 'ORDERS', 'SHARE'], rows, [2, 3]);
}

function spans({ totals, journey }: Report, lang: Lang): string[] {
  const row = (what: string, of: Quantiles | null): string[][] => (of ? [[what, won(of.count), ...quantiles(of)]] : []);
  const rows = [
    ...row('placing', totals.placedMs),
    ...row('turning away', totals.turnedAwayMs),
    ...journey.flatMap(({ from, to, took }) => row(`${shown(from, lang)} → ${shown(to, lang)}`, took)),
  ];
  return tabled(['HOW LONG', 'ORDERS', 'P50', 'P90', 'P99', 'MAX'], rows, [1, 2, 3, 4, 5]);
}

const quantiles = ({ p50, p90, p99, max }: Quantiles): string[] => [p50, p90, p99, max].map(span);

/** A single phase is the whole, of which all was said. */
function phases({ phases }: Report): string[] {
  if (phases.length < 2) return [];
  const rows = phases.map((phase) => [
    cut(inLine(phase.name), 14),
    moment(phase.fromS),
    won(phase.offered),
    won(phase.placed),
    measured(phase.placedPerSecond, ''),
    phase.offered > 0 ? percent(phase.availability) : '-',
    won(turnedAwayOf(phase)),
    phase.placedMs ? span(phase.placedMs.p50) : '-',
    phase.placedMs ? span(phase.placedMs.p99) : '-',
  ]);
  const head = ['PHASE', 'FROM', 'ASKED', 'PLACED', '/S', 'AVAILABLE', 'BUSY', 'P50', 'P99'];
  return tabled(head, rows, [1, 2, 3, 4, 5, 6, 7, 8]);
}

function promises({ judged }: Report): string[] {
  const rows = judged.map((one) => [
    one.kept ? '✓' : '✗',
    cut(inLine(one.what), 30),
    cut(inLine(one.phase ?? 'the whole run'), 14),
    promised(one),
    cameTo(one) ?? '-',
  ]);
  return tabled(['', 'PROMISE', 'OF', 'SHOULD BE', 'IS'], rows, [4]);
}

function audit(report: Report): string[] {
  const { audit } = report;
  if (!audit) return ['There was no audit.'];
  const { orders, standing, findings, examples, capturedWon, refundedWon, keptWon, provider } = audit;
  const found = findings === 0 ? '✓ nothing was found' : `✗ ${counted(findings, 'finding', 'findings')}`;
  const agrees = ledgerAgrees(report);
  return [
    ...sentence(`Audit: ${found} in ${counted(orders, 'order', 'orders')}, of which ${won(standing)} stand.`),
    ...examples.flatMap((example) => sentence(`- ${example}`, 2)),
    ...sentence(`${won(capturedWon)} won captured, ${won(refundedWon)} won refunded, ${won(keptWon)} won kept.`),
    ...(provider
      ? sentence(
          `${agrees ? '✓ The provider says the same' : `✗ The provider says otherwise: ${won(provider.capturedWon)} won captured, ${won(provider.cancelledWon)} won cancelled`}, in ${counted(provider.transactions, 'transaction', 'transactions')}.`,
        )
      : []),
  ];
}

const tabled = (head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[]): string[] =>
  rows.length === 0 ? [] : table(head, rows, right).split('\n');
