import type { Audit } from '../src/audit/audit.ts';
import { folderOf } from '../src/cli/open-broker.ts';
import { listOrders } from '../src/readmodel/list-orders.ts';
import { Reader } from '../src/readmodel/reader.ts';
import type { Stage } from '../test/cli/platform-under-test.ts';
import { eventually } from '../test/harness/eventually.ts';

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
        const open = reader
          .ask((db) => listOrders(db, { limit: most }))
          .filter(
            ({ status, paidWon, refundedWon }) =>
              !['delivered', 'rejected', 'refused', 'cancelled'].includes(status) ||
              (status !== 'delivered' && paidWon !== refundedWon),
          );
        if (open.length > 0) throw new Error(`${open.length} orders are not over, such as ${JSON.stringify(open[0])}`);
      },
      { withinMs, everyMs: 250 },
    );
  } finally {
    reader.close();
  }
  // Voids that found nothing look again for a while, and people are still being told.
  await eventually(
    async () => {
      const { data, stderr } = await at.json('audit', '--grace', '1', ...audit);
      if (data === undefined) throw new Error(`The audit could not be made: ${stderr}`);
      const { findings } = data as Audit;
      if (findings.length > 0)
        throw new Error(`The audit has ${findings.length} findings, such as ${JSON.stringify(findings[0])}`);
    },
    { withinMs, everyMs: 1_000 },
  );
}
