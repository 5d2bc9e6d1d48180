import type { Mark } from '../../../simulation/report.ts';

/** A fault from when it is made until it is cured, seconds since the start; without an end where nothing cures it. */
export type FaultSpan = { text: string; fromS: number; toS?: number };

/** The faults among the marks, which are in the order of time. A cure ends the fault that has its text, else the oldest that goes on. */
export function faultSpans(marks: readonly Mark[]): FaultSpan[] {
  const spans: FaultSpan[] = [];
  for (const { kind, text, atS } of marks) {
    if (kind === 'fault') spans.push({ text, fromS: atS });
    if (kind !== 'cure') continue;
    const open = spans.filter(({ toS }) => toS === undefined);
    const cured = open.find((one) => one.text === text) ?? open[0];
    if (cured) cured.toS = atS;
  }
  return spans;
}
