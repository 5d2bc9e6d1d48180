import * as assert from 'uvu/assert';
import { Brokers } from '../../chaos/brokers.ts';
import type { Ground, Report } from '../../chaos/drill.ts';

/** A ground for drills in a test; `brokers` is to be stopped. */
export const testGround = (): Ground => ({ brokers: new Brokers(), say: (line) => console.log(line) });

/** Every promise was kept, and there were some. */
export function assertKept(report: Report): void {
  assert.equal(report.broken, []);
  const placed = report.figures.filter(({ what }) => what.endsWith('orders told placed'));
  assert.ok(placed.length > 0);
  for (const { what, is } of placed) assert.ok(is > 10, `${what}: ${is}`);
}

/** A figure of a report, by what it is of. */
export function figureOf(report: Report, what: string): number {
  const found = report.figures.find((figure) => figure.what === what);
  assert.ok(found, `${what} is none of ${report.figures.map((figure) => figure.what).join(', ')}`);
  return found!.is;
}
