import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditReport } from '../../simulation/report.ts';
import { auditNow } from '../audit-now.ts';
import type { Settings } from '../settings.ts';

/** Nothing is under way any more, and no void looks for a charge, milliseconds. */
const overMs = 1;
const lookEveryMs = 500;
const mostExamples = 20;

/**
 * Audits until nothing is found, within `withinMs`: voids that found nothing look again for a while, and people are still being told.
 * @param url where the payment provider is, if anybody knows
 * @param ours whose orders are looked at: on a platform of others, theirs may well be under way
 */
export async function auditUntilCalm(
  settings: Settings,
  url: string | undefined,
  withinMs: number,
  ours: (orderId: string) => boolean,
): Promise<AuditReport> {
  const strict = { ...settings, rules: { ...settings.rules, settleMs: overMs } };
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const { result, ledger } = await auditNow(strict, url, overMs);
    const { findings: all, ...money } = result;
    const findings = all.filter(({ orderId }) => ours(orderId));
    if (findings.length === 0 || performance.now() > giveUpAt)
      return {
        ...money,
        ...(ledger && { provider: ledger.totals }),
        findings: findings.length,
        examples: findings.slice(0, mostExamples).map(({ orderId, what }) => `${orderId}: ${what}`),
      };
    await sleep(lookEveryMs);
  }
}
