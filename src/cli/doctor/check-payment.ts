import { afterSettings, type Facts } from './facts.ts';
import { type Finding, ok, unchecked, warning } from './finding.ts';

/** Whether somebody can be paid. */
export function checkPayment({ payment, heard }: Facts): Finding[] {
  if (!payment) return [unchecked('payment', afterSettings)];
  const { url, own, answers, failure } = payment;
  if (url === undefined) return [ok('payment', 'None is named, so `baedal up` starts one of our own. No money moves.')];
  if (answers)
    return [ok('payment', own ? `Our own, at ${url}. No money moves.` : `${url} answers, and takes the key.`)];
  const paymentRuns = heard?.actors.some(({ actor, up }) => actor === 'payment' && up) ?? false;
  if (own && !paymentRuns) return [ok('payment', 'Our own does not run; `baedal up` starts it.')];
  return [
    warning(
      'payment',
      `${own ? 'Our own' : 'The payment provider'} at ${url} does not help: ${failure ?? 'it does not answer'}`,
      {
        cure: 'Until it does, nobody can pay, and whoever orders is asked to pay a little later.',
      },
    ),
  ];
}
