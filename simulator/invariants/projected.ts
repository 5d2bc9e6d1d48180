import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '../../src/audit/audit.ts';
import { ProviderLedger } from '../../src/audit/provider-ledger.ts';
import { Projection } from '../../src/readmodel/projection.ts';
import { openReadModelFile } from '../../src/readmodel/schema.ts';
import { type Broken, type Evidence, type Invariant, statusOf } from './evidence.ts';

/** Entries that are folded in one transaction, so that an event and its repetition are in different ones. */
const atOnce = 7;

/**
 * The real read model on a real file, and the real audit over it. It takes as long as all the rest of a world together, so it judges
 * a sample. The file is used again from world to world; `close` deletes it.
 */
export function openProjected(): { invariant: Invariant; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'baedal-simulated-'));
  const db = openReadModelFile(join(folder, 'readmodel.sqlite'), false);
  const projection = new Projection(db);
  const statuses = db.prepare('SELECT order_id AS orderId, status FROM orders');

  const invariant: Invariant = (evidence) => {
    projection.startAnewBeyond(-1);
    const entries = evidence.platform.broker.journal.map((envelope, offset) => ({ offset, envelope }));
    for (let at = 0; at < entries.length; at += atOnce) projection.apply(entries.slice(at, at + atOnce));
    const shown = new Map(
      (statuses.all() as { orderId: string; status: string }[]).map((row) => [row.orderId, row.status]),
    );
    const wrong = evidence.people.orderIds.flatMap((orderId): Broken[] => {
      const status = statusOf(evidence, orderId);
      const show = shown.get(orderId) ?? 'none';
      if (show === status) return [];
      return [{ rule: 'read-model-agrees', sentence: `The file shows ${orderId} as ${show}, and it is ${status}.` }];
    });
    const { findings } = audit(db, rulesOf(evidence), ledgerOf(evidence));
    return [
      ...wrong,
      ...findings.map(({ rule, orderId, what }) => ({ rule: 'audit', sentence: `${rule} of ${orderId}: ${what}` })),
    ];
  };
  const close = () => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { invariant, close };
}

/** Long afterwards, so that nothing counts as still under way. */
const rulesOf = ({ world, platform }: Evidence) => ({
  at: world.timeline.now + 10 * 24 * 3_600_000,
  graceMs: 60_000,
  storeDeadlineMs: platform.pace.storeDeadlineMs,
  settleMs: platform.rules.settleMs,
});

function ledgerOf({ world, platform }: Evidence): ProviderLedger {
  const ledger = new ProviderLedger();
  const at = world.timeline.now;
  for (const [orderId, { capturedWon, refundedWon }] of platform.provider.accounts) {
    if (capturedWon > 0) ledger.add({ kind: 'captured', orderId, amountWon: capturedWon, at });
    if (refundedWon > 0) ledger.add({ kind: 'cancelled', orderId, amountWon: refundedWon, at });
  }
  return ledger;
}
