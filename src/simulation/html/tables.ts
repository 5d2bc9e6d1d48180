import type { Quantiles } from '../report.ts';
import { count, span } from './browser/figures.js';
import { html, type Markup, type Part } from './markup.ts';

export type Column = {
  head: string;
  /** Flushed right. */
  isNumber?: boolean;
  /** What the head stands for, where it is short. */
  title?: string;
};

/** A table that scrolls within itself where the page is narrow. The first cell of a row says what the row is about. */
export const tableOf = (
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
): Markup => html`
<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ head, isNumber, title }) => html`<th scope="col"${isNumber && html` class="number"`}${title !== undefined && html` title="${title}"`}>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
  (row) => html`
<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${columns[i]?.isNumber && html` class="number"`}>${cell}</td>`))}</tr>`,
)}
</tbody></table></div>`;

export const text = (head: string): Column => ({ head });
export const number = (head: string, title?: string): Column => ({
  head,
  isNumber: true,
  ...(title !== undefined && { title }),
});

/** Heads of what `quantileCells` writes. */
export const quantileColumns = ['p50', 'p90', 'p99', 'max'].map((head) => number(head));

export const quantileCells = (of: Quantiles | null): string[] =>
  of ? [of.p50, of.p90, of.p99, of.max].map(span) : ['–', '–', '–', '–'];

/** Kept or broken, good or bad: a sign and a word, so that it never depends on colour. */
export const signed = (isGood: boolean, word: string): Markup =>
  html`<span class="${isGood ? 'good' : 'bad'}"><span aria-hidden="true">${isGood ? '✓' : '✗'}</span> ${word}</span>`;

/** One of several things that were counted. */
export const countCell = (number: number): Markup | string =>
  number === 0 ? html`<span class="none">0</span>` : count(number);
