import { createHash } from 'node:crypto';
import type { Report } from '../report.ts';
import { html, jsonInScript, Markup } from './markup.ts';
import { pageScript, uplotScript, uplotStyle } from './page-script.ts';
import { auditOf, countsOf, journeyOf, outcomesOf, phasesOf, promisesOf, refusalsOf } from './results.ts';
import { style } from './style.ts';
import { timelineOf } from './timeline.ts';
import { factsOf, figuresOf, topOf } from './top.ts';

/**
 * A report as a page: one file that needs nothing else, from anywhere. Its policy allows no request at all, and no script and no style but
 * those that are in it, so that text from outside could do nothing even if it were more than text.
 */
export function reportPage(report: Report): string {
  const styles = uplotStyle() + style;
  const [uplot, own] = [uplotScript(), pageScript()];
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(uplot)} ${hashOf(own)}`,
    `style-src ${hashOf(styles)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="baedal simulate">
<title>${report.passed ? '✓' : '✗'} ${report.script}, seed ${report.seed} · baedal simulation</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon(report.passed))}">
<style>${as(styles)}</style>
</head>
<body>
<main>
${topOf(report)}
${figuresOf(report)}
<div class="grid">
${promisesOf(report)}
${factsOf(report)}
${timelineOf(report)}
${phasesOf(report)}
${journeyOf(report)}
${auditOf(report)}
${countsOf(report)}
${outcomesOf(report)}
${refusalsOf(report)}
</div>
</main>
<footer>
<p>Made by <code>baedal simulate</code>. The whole report is in this page: <a id="report-file" download="${fileName(report)}" href="#report" hidden>save it as JSON</a><noscript>see its source</noscript>.</p>
<p>Charts by uPlot, MIT licence.</p>
</footer>
<script type="application/json" id="report">${as(jsonInScript(report))}</script>
<script>${as(uplot)}</script>
<script type="module">${as(own)}</script>
</body>
</html>
`;
  return page.text;
}

/** Code of our own and of a library, which stands as it is. */
const as = (code: string): Markup => new Markup(code);

const hashOf = (code: string): string => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;

/** Letters of any language, so that `점심` stays what it is. */
const fileName = ({ script, seed }: Report): string =>
  `${script.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || 'simulation'}-${seed}.json`;

const icon = (passed: boolean): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="${passed ? '#0b8a83' : '#c81e3c'}"/><path d="${passed ? 'M4 8.5l2.7 2.7L12 5.5' : 'M5 5l6 6M11 5l-6 6'}" stroke="#fff" stroke-width="2" fill="none"/></svg>`;
