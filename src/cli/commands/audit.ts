import type { Audit } from '../../audit/audit.ts';
import type { Finding } from '../../audit/finding.ts';
import type { ProviderLedger } from '../../audit/provider-ledger.ts';
import { parsePositive } from '../arguments.ts';
import { auditNow } from '../audit-now.ts';
import { AlreadySaid, UsageError } from '../exit-code.ts';
import { ownPspAddress } from '../own-psp.ts';
import { print, printJson, say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { table, won } from '../show.ts';

type Flags = { psp?: string | true; grace: string };

/** Findings that are printed one by one. */
const mostShown = 200;

/** `baedal audit`: exit code 0 where nothing is wrong, 1 otherwise. */
export async function audit(settings: Settings, flags: Flags): Promise<void> {
  const graceMs = 1_000 * parsePositive(flags.grace, 'The time that things may be under way, in seconds,', 86_400);
  const url = flags.psp === undefined ? undefined : pspOf(settings);
  const { result, ledger } = await auditNow(settings, url, graceMs);
  const ok = result.findings.length === 0;
  if (settings.json) printJson({ ok, ...result, ...(ledger && { psp: { url, ...ledger.totals } }) });
  else report(result, url, ledger);
  if (!ok) throw new AlreadySaid('audit-failed');
}

function pspOf(settings: Settings): string {
  const url = settings.psp ?? ownPspAddress(settings);
  if (url === undefined)
    throw new UsageError('No payment provider is known here. Say where it is, with --psp http://127.0.0.1:7770.');
  return url;
}

function report(result: Audit, url: string | undefined, ledger: ProviderLedger | undefined): void {
  const { orders, standing, capturedWon, refundedWon, keptWon, findings } = result;
  print(`${count(orders, 'order')}, ${won(standing)} of them standing.`);
  print(`${won(capturedWon)} won taken, ${won(refundedWon)} won given back, ${won(keptWon)} won kept.`);
  if (ledger) {
    const { transactions, capturedWon: taken, cancelledWon } = ledger.totals;
    print(
      `${url} has ${count(transactions, 'transaction')}: ${won(taken)} won taken, ${won(cancelledWon)} won given back.`,
    );
  }
  if (findings.length === 0) {
    print('Nothing is wrong.');
    return;
  }
  print();
  const row = ({ orderId, rule, what, todo }: Finding) => [orderId, rule, `${what} ${todo}`];
  print(table(['ORDER', 'RULE', 'WHAT IS WRONG, AND WHAT TO DO'], findings.slice(0, mostShown).map(row)));
  if (findings.length > mostShown) say(`… and ${won(findings.length - mostShown)} more. All of them: --json`);
  say(`${count(findings.length, 'finding')}.`);
}

const count = (n: number, what: string): string => `${won(n)} ${what}${n === 1 ? '' : 's'}`;
