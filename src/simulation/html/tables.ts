import type { Quantiles } from '../report.ts';
import { count, span } from './browser/figures.js';
import { html, type Markup, type Part } from './markup.ts';

/** `isNumber`: flushed right, and never broken. */
export type Column = { head: string; isNumber: boolean };

export const text = (head: string): Column => ({ head, isNumber: false });
export const number = (head: string): Column => ({ head, isNumber: true });

/** A table that scrolls within itself where the page is narrow. The first cell of a row says what the row is about. */
export const tableOf = (
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
): Markup => html`
<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map(headOf)}</tr></thead>
<tbody>${rows.map(
  (row) => html`
<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${classOf(columns[i])}>${cell}</td>`))}</tr>`,
)}
</tbody></table></div>`;

/** One without words heads what is only there to be looked at. */
const headOf = (column: Column): Markup =>
  column.head === '' ? html`<td></td>` : html`<th scope="col"${classOf(column)}>${column.head}</th>`;

const classOf = (column: Column | undefined): Markup | false => column?.isNumber === true && html` class="number"`;

/** Heads of what `quantileCells` writes. */
export const quantileColumns = ['p50', 'p90', 'p99', 'max'].map((head) => number(head));

export const quantileCells = (of: Quantiles | null): string[] =>
  of ? [of.p50, of.p90, of.p99, of.max].map(span) : ['–', '–', '–', '–'];

/** Kept or broken, good or bad: a sign and a word, so that it never depends on colour. */
export const signed = (isGood: boolean, word: string): Markup =>
  html`<span class="${isGood ? 'good' : 'bad'}"><span aria-hidden="true">${isGood ? '✓' : '✗'}</span> ${word}</span>`;

/** One of several things that were counted. */
export const countCell = (orders: number): Markup | string =>
  orders === 0 ? html`<span class="none">0</span>` : count(orders);
