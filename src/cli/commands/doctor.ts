import { examined } from '../doctor/examination.ts';
import type { Finding } from '../doctor/finding.ts';
import { gather } from '../doctor/gather.ts';
import { linesOf, summaryOf } from '../doctor/print-findings.ts';
import { AlreadySaid } from '../exit-code.ts';
import { now } from '../open-broker.ts';
import { print, printJson, printStyled } from '../print.ts';
import type { Flags } from '../settings.ts';

/**
 * `baedal doctor`: exit code 0 where there is no problem; 5 where the broker cannot be reached, as then most is not known, whatever else
 * was found; otherwise 1. It is given the flags alone, since the settings may be what is wrong.
 */
export async function doctor(flags: Flags): Promise<void> {
  const facts = await gather(flags, now);
  const findings = examined(facts);
  const problems = findings.filter(({ result }) => result === 'problem');
  if (flags.json) printJson({ ok: problems.length === 0, ...numbers(findings), findings: findings.map(plain) });
  else {
    const lang = 'is' in facts.settings ? facts.settings.is.lang : 'en';
    for (const line of linesOf(findings, lang, process.stdout.columns)) printStyled(line);
    print(`\n${summaryOf(findings)}`);
  }
  if (problems.some(({ brokerAway }) => brokerAway)) throw new AlreadySaid('broker-unreachable');
  if (problems.length > 0) throw new AlreadySaid('doctor-found-problems');
}

const plain = ({ brokerAway, ...finding }: Finding) => finding;

function numbers(findings: readonly Finding[]): { problems: number; warnings: number; unchecked: number } {
  const number = (wanted: Finding['result']) => findings.filter(({ result }) => result === wanted).length;
  return { problems: number('problem'), warnings: number('warning'), unchecked: number('unchecked') };
}
