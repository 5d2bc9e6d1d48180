/** How the page looks: light, dark, on paper, and from 360 pixels up. Its colours are those of the charts too. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f4f3ef; --card: #ffffff; --text: #1d2125; --quiet: #5d646c; --rule: #e3e1da; --shade: #0000001c; --grid: #ecebe6;
  --accent: #0b7f79; --good: #0a6e4f; --good-fill: #e3f3ec; --bad: #b3152f; --bad-fill: #fbe6e8;
  --line-offered: #6b7178; --line-placed: #0b8a83; --line-delivered: #2f5fd0; --line-turnedAway: #b35c00;
  --line-refused: #8b3fa8; --line-unanswered: #c81e3c; --line-deferred: #7a6a00; --line-cancelled: #45505c;
  --line-p50: #0b8a83; --line-p99: #b35c00; --line-max: #b3152f;
  --line-waiting: #2f5fd0; --fill-waiting: #2f5fd026;
  --area-awaiting-payment: #d5d2c8; --area-payment-deferred: #e7dfae; --area-placed: #f6d48f; --area-accepted: #f3b391;
  --area-cooked: #eba5b4; --area-assigned: #c9b3e6; --area-on-the-way: #a9c4f0; --area-cancelling: #9aa5ad; --on-area: #1d2125;
  --mark-phase: #5d646c; --mark-fault: #b3152f; --mark-cure: #0a6e4f;
  --breaker-open: #c81e3c1f; --breaker-half-open: #c81e3c0d; --breaker-line: #c81e3c40; --breaker-text: #b3152f;
}
@media screen and (prefers-color-scheme: dark) {
  :root:not([data-light]) {
    --page: #14171a; --card: #1c2125; --text: #e8e6e1; --quiet: #a3abb3; --rule: #31383e; --shade: #00000080; --grid: #2a3036;
    --accent: #3fc9c0; --good: #4fd1a1; --good-fill: #14352b; --bad: #ff8a94; --bad-fill: #3d1a20;
    --line-offered: #a3abb3; --line-placed: #3fc9c0; --line-delivered: #7fa6ff; --line-turnedAway: #f0a04b;
    --line-refused: #cf92e6; --line-unanswered: #ff7481; --line-deferred: #d8c65a; --line-cancelled: #b9c3cc;
    --line-p50: #3fc9c0; --line-p99: #f0a04b; --line-max: #ff8a94;
    --line-waiting: #7fa6ff; --fill-waiting: #7fa6ff2e;
    --area-awaiting-payment: #5b5a53; --area-payment-deferred: #6b6330; --area-placed: #80601f; --area-accepted: #8a4f2e;
    --area-cooked: #85414f; --area-assigned: #5e4a82; --area-on-the-way: #35568f; --area-cancelling: #47525b; --on-area: #f4f2ee;
    --mark-phase: #a3abb3; --mark-fault: #ff8a94; --mark-cure: #4fd1a1;
    --breaker-open: #ff74812b; --breaker-half-open: #ff748112; --breaker-line: #ff748150; --breaker-text: #ff8a94;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text); line-height: 1.5; font-size: 15px;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif;
}
main, footer { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
h1, h2, h3, p, dl, dd, figure, ul, ol { margin: 0; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: clamp(26px, 5vw, 38px); font-weight: 700; letter-spacing: -0.02em; }
h2 { font-size: 17px; font-weight: 650; margin-bottom: 12px; }
h3 { font-size: 15px; font-weight: 650; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.93em; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
header { padding: 36px 0 0; }
.eyebrow { color: var(--accent); font-weight: 650; font-size: 13px; letter-spacing: 0.06em; text-transform: uppercase; margin-bottom: 4px; }
.about { color: var(--quiet); font-size: 17px; margin-top: 8px; max-width: 72ch; overflow-wrap: anywhere; white-space: pre-line; }
.verdict { display: flex; gap: 16px; margin-top: 22px; padding: 16px 20px; border-radius: 12px; border-left: 6px solid; }
.verdict.passed { background: var(--good-fill); border-color: var(--good); }
.verdict.failed { background: var(--bad-fill); border-color: var(--bad); }
.verdict > div { min-width: 0; overflow-wrap: anywhere; }
.verdict .sign { font-size: 30px; line-height: 1; font-weight: 700; padding-top: 3px; }
.verdict .word { font-weight: 700; font-size: 19px; line-height: 1.3; }
.passed .sign, .passed .word, .good { color: var(--good); }
.failed .sign, .failed .word, .bad { color: var(--bad); }
.good, .bad { font-weight: 600; } td > .good, td > .bad { white-space: nowrap; }
ul:not(.key) { padding-left: 20px; margin-top: 6px; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin-top: 16px; }
.figure, .card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
.figure { padding: 14px 16px; display: flex; flex-direction: column; }
.figure h2 { font-size: 13px; font-weight: 600; color: var(--quiet); margin: 0; }
.figure .value { font-size: 30px; font-weight: 700; letter-spacing: -0.02em; line-height: 1.25; font-variant-numeric: tabular-nums; }
.remark, .none { color: var(--quiet); font-size: 13px; }
.figure .remark { margin-top: auto; padding-top: 6px; line-height: 1.35; }
.spark { width: 100%; height: 26px; margin-top: 4px; }
.spark path { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.grid { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 16px; margin-top: 16px; align-items: start; }
.card { padding: 18px 20px; grid-column: span 6; min-width: 0; }
@media (min-width: 900px) {
  .card:not(.wide) { grid-column: span 3; height: 100%; }
  .grid .card.third { grid-column: span 2; }
}
.scroll {
  overflow-x: auto; margin: 0 -20px; padding: 0 20px;
  /* A shade at each edge behind which there is more. */
  background: linear-gradient(90deg, var(--card) 40%, transparent) 0 0 / 40px 100% no-repeat local,
    linear-gradient(270deg, var(--card) 40%, transparent) 100% 0 / 40px 100% no-repeat local,
    linear-gradient(90deg, var(--shade), transparent) 0 1px / 14px calc(100% - 2px) no-repeat scroll,
    linear-gradient(270deg, var(--shade), transparent) 100% 1px / 14px calc(100% - 2px) no-repeat scroll;
}
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); font-size: 13px; padding-bottom: 8px; }
caption > span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 56px); }
th, td { padding: 6px 14px 6px 0; text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead > tr > * { font-weight: 600; font-size: 12.5px; color: var(--quiet); border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: bottom; }
.scroll tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 104px; }
tbody .remark { display: block; font-weight: 400; }
tbody tr + tr > * { border-top: 1px solid var(--grid); }
.number { text-align: right; white-space: nowrap; }
.bar { display: block; width: 100%; min-width: 44px; height: 8px; margin-top: 7px; border-radius: 2px; background: var(--grid); }
.bar rect { fill: var(--accent); }
dl > div { display: grid; grid-template-columns: minmax(120px, 38%) 1fr; gap: 12px; padding: 6px 0; font-size: 14px; }
dl > div + div { border-top: 1px solid var(--grid); }
dt { color: var(--quiet); }
dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.card > p + .scroll, .card > ul + .scroll, .scroll + p { margin-top: 12px; }
.hint { color: var(--quiet); font-size: 13px; margin-bottom: 8px; }
html:not(.drawn) .script-only { display: none; }
.key { padding: 0; list-style-position: inside; display: flex; flex-wrap: wrap; gap: 4px 22px; font-size: 13.5px; margin-bottom: 10px; }
ul.key { list-style: none; }
.key li { overflow-wrap: anywhere; }
.key .kind { font-weight: 600; }
.key .at { color: var(--quiet); font-variant-numeric: tabular-nums; }
.key .phase .kind { color: var(--mark-phase); } .key .fault .kind { color: var(--mark-fault); } .key .cure .kind { color: var(--mark-cure); }
.swatch { display: inline-block; width: 22px; height: 12px; border: 1px solid var(--breaker-line); vertical-align: -1px; background: var(--breaker-open); }
.swatch.half-open { background: repeating-linear-gradient(135deg, var(--breaker-half-open) 0 4px, var(--breaker-line) 4px 5px); }
.timeline figure { margin-top: 22px; }
.timeline figcaption p { color: var(--quiet); font-size: 13px; }
.plot { margin-top: 4px; min-height: 150px; }
html:not(.drawn) .plot { min-height: 0; }
summary { cursor: pointer; color: var(--accent); font-size: 13px; width: fit-content; padding: 4px 0; }
details .scroll { max-height: 420px; overflow: auto; }
details thead > tr > * { position: sticky; top: 0; background: var(--card); }
button { font: inherit; color: var(--accent); background: none; border: 1px solid var(--accent); border-radius: 6px; padding: 2px 10px; cursor: pointer; }
button[hidden] { display: none; }
footer { color: var(--quiet); font-size: 13px; padding-top: 26px; padding-bottom: 44px; }
.uplot { font-family: inherit; }
.u-legend { font-size: 13px; text-align: left; margin: 4px 0 0; font-variant-numeric: tabular-nums; width: auto; }
.u-legend.u-inline tr { margin: 0 18px 0 0; }
.u-legend th, .u-legend td { border: 0; padding: 2px 0; }
.u-legend td { min-width: 52px; padding-left: 4px; color: var(--quiet); }
.u-legend.u-inline.u-live th::after { content: ""; }
.u-legend .u-series:first-child .u-marker { display: none; }
.u-legend .u-marker { width: 24px; height: 3px; margin-right: 6px; }
.areas .u-legend .u-marker { width: 13px; height: 13px; border: 1px solid var(--quiet); border-radius: 2px; }
.u-legend .u-off > * { opacity: 1; } .u-legend .u-off .u-label { text-decoration: line-through; opacity: 0.7; } .u-legend .u-off .u-marker { opacity: 0.3; }
.u-select { background: color-mix(in srgb, var(--accent) 18%, transparent); }
.u-hz .u-cursor-x, .u-vt .u-cursor-y { border-right-color: var(--quiet); }
@media (max-width: 560px) {
  main, footer { padding-left: 12px; padding-right: 12px; }
  header { padding-top: 22px; }
  .card { padding: 16px 14px; }
  .scroll { margin: 0 -14px; padding: 0 14px; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
  .figure { padding: 12px; } .figure .value { font-size: 25px; }
  .figure:last-child:nth-child(odd) { grid-column: span 2; }
  .verdict { padding: 14px; gap: 12px; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
  th, td { padding-right: 10px; }
  table { font-size: 13px; } .scroll tbody th { min-width: 88px; }
}
@media print {
  :root { color-scheme: light; }
  body { background: #fff; font-size: 12px; }
  main, footer { max-width: none; padding: 0; }
  header { padding-top: 0; }
  .card, .figure { break-inside: avoid; }
  .timeline { break-inside: auto; } .timeline figure, .verdict { break-inside: avoid; }
  .hint, details, footer a { display: none; }
  .scroll { overflow: visible; background: none; } table, tbody .remark { font-size: 10.5px; } th, td { padding: 4px 6px 4px 0; }
  .wide .scroll table { font-size: 9px; } thead th { white-space: normal; font-size: inherit; } .scroll tbody th { min-width: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
