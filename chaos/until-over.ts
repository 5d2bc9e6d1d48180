import { orderStatuses } from '../src/actors/messages.ts';
import type { Audit } from '../src/audit/audit.ts';
import { folderOf } from '../src/cli/open-broker.ts';
import type { OrderView } from '../src/readmodel/find-order.ts';
import { listOrders } from '../src/readmodel/list-orders.ts';
import { Reader } from '../src/readmodel/reader.ts';
import type { Database } from '../src/sqlite/open-database.ts';
import type { Stage } from '../test/cli/platform-under-test.ts';
import { baedal } from '../test/harness/baedal.ts';
import { eventually } from '../test/harness/eventually.ts';

/** Ended, and everything that was paid is to have gone back. */
const cameToNothing = ['rejected', 'refused', 'cancelled'] as const;
const ended: readonly string[] = ['delivered', ...cameToNothing];
const most = 1_000_000;

/**
 * Waits until nothing is under way any more: every order has ended, every void and refund has got through, and an audit finds nothing.
 * @param audit what to hold it against, such as `--psp URL`
 * @param withinMs milliseconds for the orders, and once more for the audit; default 90,000
 * @throws {Error} something is still under way, or wrong, after that
 */
export async function untilOver(at: Stage, audit: readonly string[], withinMs = 90_000): Promise<void> {
  const reader = new Reader(folderOf(at.settings));
  try {
    await eventually(
      () => {
        const open = reader.ask(openOrders);
        if (open.length > 0) throw new Error(`${open.length} orders are not over, such as ${JSON.stringify(open[0])}`);
      },
      { withinMs, everyMs: 250 },
    );
  } finally {
    reader.close();
  }
  // Voids that found nothing look again for a while, and people are still being told.
  await eventually(() => findsNothing(at, audit, withinMs), { withinMs, everyMs: 1_000 });
}

function openOrders(db: Database): OrderView[] {
  const statuses = orderStatuses.filter((status) => !ended.includes(status));
  const open = listOrders(db, { statuses, limit: most });
  const nothing = listOrders(db, { statuses: cameToNothing, limit: most });
  return [...open, ...nothing.filter(({ paidWon, refundedWon }) => paidWon !== refundedWon)];
}

async function findsNothing(at: Stage, audit: readonly string[], timeoutMs: number): Promise<void> {
  const { stdout, stderr } = await baedal(['audit', '--grace', '1', ...audit, '--json'], { env: at.env, timeoutMs });
  if (stdout === '') throw new Error(`The audit could not be made: ${stderr}`);
  const { findings } = JSON.parse(stdout) as Audit;
  if (findings.length > 0)
    throw new Error(`The audit has ${findings.length} findings, such as ${JSON.stringify(findings[0])}`);
}
