import type { Name, OrderStatus, PricedLine } from '../actors/messages.ts';
import type { Lang } from '../actors/notifier/texts.ts';
import { cellsOf } from './cells.ts';

/** Columns side by side; Hangul counts as the two cells it takes. Columns named in `right` are flushed right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => cellsOf(row[column] ?? ''))));
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column]! - cellsOf(cell));
        return right.includes(column) ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

const segmenter = new Intl.Segmenter(); // making one takes longer than what it does

/** Text cut to `cells` terminal cells. */
export function cut(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += cellsOf(segment);
    if (width > cells - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

export const won = (amount: number | null): string => (amount === null ? '-' : amount.toLocaleString('en-US'));
export const named = (name: Name | null, lang: Lang): string => name?.[lang] ?? '-';
export const basket = (lines: readonly PricedLine[], lang: Lang): string =>
  lines.map((line) => `${line.name[lang]} ×${line.quantity}`).join(', ') || '-';

/** hh:mm:ss.mmm of the local day. */
export function clock(at: number): string {
  const time = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** A span as people say it: 417 ms, 3.1 s, 4 m 12 s, 2 h 5 m. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1_000);
  if (minutes < 60) return seconds === 0 ? `${minutes} m` : `${minutes} m ${seconds} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

const glyphs: Record<OrderStatus, string> = {
  'awaiting-payment': '…',
  'payment-deferred': '◷',
  placed: '○',
  accepted: '◑',
  cooked: '◕',
  assigned: '◔',
  'on-the-way': '➤',
  delivered: '●',
  rejected: '✗',
  refused: '✗',
  cancelling: '▲',
  cancelled: '⊘',
};

const korean: Record<OrderStatus, string> = {
  'awaiting-payment': '결제 대기',
  'payment-deferred': '결제 미룸',
  placed: '접수',
  accepted: '조리 중',
  cooked: '조리 완료',
  assigned: '라이더 배정',
  'on-the-way': '배달 중',
  delivered: '배달 완료',
  rejected: '성립 안 됨',
  refused: '가게 거절',
  cancelling: '취소 확인 중',
  cancelled: '취소됨',
};

/** A status as glyph and word, so that it never depends on colour. */
export const shown = (status: OrderStatus, lang: Lang): string =>
  `${glyphs[status]} ${lang === 'ko' ? korean[status] : status}`;
