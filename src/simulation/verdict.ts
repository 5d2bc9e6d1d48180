import { cameTo, promised } from './measured.ts';
import type { Judged, Report } from './report.ts';

/** How a simulation ended, to go on with after its name: `held: it kept all 4 promises, and the audit found nothing`. */
export function verdictOf({ passed, judged, audit, failures }: Report): string {
  const broken = judged.filter(({ kept }) => !kept).length;
  const findings = audit?.findings ?? 0;
  const audited = audit ? ', and the audit found nothing' : '; there was no audit';
  if (passed) {
    if (judged.length === 0) return `held: everything came to an end${audited}`;
    return `held: it kept ${judged.length === 1 ? 'its promise' : `all ${judged.length} promises`}${audited}`;
  }
  const wrong = [
    broken > 0 && `broke ${broken} of ${judged.length} ${judged.length === 1 ? 'promise' : 'promises'}`,
    findings > 0 && `left ${findings} ${findings === 1 ? 'finding' : 'findings'} to the audit`,
  ].filter((part) => part !== false);
  if (wrong.length > 0) return wrong.join(', and ');
  return `failed${failures.length > 1 ? ` for ${failures.length} reasons` : ''}`;
}

/** Why a simulation failed, a sentence each: the promises that it broke, and what else went wrong. */
export const whyItFailed = ({ judged, failures }: Pick<Report, 'judged' | 'failures'>): string[] => [
  ...judged.filter(({ kept }) => !kept).map(brokenPromise),
  ...failures,
];

function brokenPromise(judged: Judged): string {
  const when = judged.phase === undefined ? 'In the whole run' : `In ${judged.phase}`;
  const came = cameTo(judged);
  return `${when}, “${judged.what}” should be ${promised(judged)} and ${came === undefined ? 'could not be measured' : `is ${came}`}.`;
}

/** Whether the provider's ledger says the same as the audit; undefined where there is none to compare with. */
export function ledgerAgrees({ audit }: Pick<Report, 'audit'>): boolean | undefined {
  if (!audit?.provider) return undefined;
  return audit.provider.capturedWon === audit.capturedWon && audit.provider.cancelledWon === audit.refundedWon;
}
