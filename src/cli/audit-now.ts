import { type Audit, audit } from '../audit/audit.ts';
import { firstOrderAt } from '../audit/audited-orders.ts';
import { ProviderLedger } from '../audit/provider-ledger.ts';
import { pspOrderId } from '../partners/http-psp.ts';
import { pspTransactions } from '../partners/psp-transactions.ts';
import { query } from './client.ts';
import { now } from './open-broker.ts';
import type { Settings } from './settings.ts';

/** Clocks differ, milliseconds. */
const dayMs = 24 * 3_600_000;

/**
 * Holds the money against the orders as they are now.
 * @param url where the payment provider is, whose ledger is held against both; if any
 * @param graceMs how long something may be under way
 */
export async function auditNow(
  settings: Settings,
  url: string | undefined,
  graceMs: number,
): Promise<{ result: Audit; ledger: ProviderLedger | undefined }> {
  // First the provider's ledger, then ours: what is in the first had better be in the second.
  const ledger = url === undefined ? undefined : await ledgerOf(settings, url);
  const rules = { graceMs, storeDeadlineMs: settings.storeDeadlineMs, settleMs: settings.rules.settleMs };
  return { result: await query(settings, (db) => audit(db, { ...rules, at: now() }, ledger, pspOrderId)), ledger };
}

/** What the provider did since a day before our first order. */
async function ledgerOf(settings: Settings, url: string): Promise<ProviderLedger> {
  const ledger = new ProviderLedger();
  const address = { url: () => url, secretKey: settings.pspKey };
  const since = (await query(settings, firstOrderAt)) ?? now();
  for await (const transaction of pspTransactions(address, since - dayMs, now() + dayMs)) ledger.add(transaction);
  return ledger;
}
