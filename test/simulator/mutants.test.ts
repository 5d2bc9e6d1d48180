import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Options, type Run, simulate } from '../../simulator/simulate.ts';
import * as actors from './mutant-actors.ts';
import * as mutants from './mutants.ts';

/** Seeds in which a mutant has to be caught. */
const most = 4_000;

/** Each way to be broken, and the rules by one of which it is to be caught. */
const cases: [name: string, options: Options, rules: RegExp][] = [
  ['acks before the commit', { tamper: mutants.acksBeforeCommit }, /^(orders-end|no-money-kept|told-once)$/],
  ['acks before the confirm', { tamper: mutants.acksBeforeConfirm }, /^(orders-end|no-money-kept)$/],
  ['forgets what was handled', { tamper: mutants.forgetsOutcomes }, /^(orders-end|no-money-kept|told-once)$/],
  ['decides anew what comes again', { tamper: mutants.saysAnew }, /^one-effect$/],
  ['publishes before the commit', { tamper: mutants.publishesBeforeCommit }, /^(one-effect|stories-are-whole)$/],
  ['writes over what others wrote', { tamper: mutants.ignoresFences }, /^(one-effect|moves-forward|no-money-kept)$/],
  ['refunds under a new key each time', { tamper: mutants.refundsUnguarded }, /^refunded-once$/],
  ['never answers the owner', { tamper: actors.neverAnswers('kitchen', 'AcceptOrder') }, /^everybody-is-answered$/],
  ['never answers riders', { tamper: actors.neverAnswers('rider', 'ClaimDelivery') }, /^everybody-is-answered$/],
  [
    'says nothing where it is too late to cancel',
    { tamper: actors.neverAnswers('order', 'CancelOrder') },
    /^everybody-is-answered$/,
  ],
  ['forgets who else waits', { tamper: actors.forgetsWhoElseWaits }, /^everybody-is-answered$/],
  ['places what it said it never would', { tamper: actors.forgetsWithdrawals }, /^answers-are-true$/],
  ['ignores its deadlines', { tamper: actors.ignoresDeadlines }, /^decided-in-time$/],
  ['cancels later than the house allows', { tamper: actors.ignoresTheHouse }, /^cancelled-in-time$/],
  ['cooks what is cancelled', { tamper: actors.cooksOn }, /^stove-is-off$/],
  ['does not tell the owner of a cancellation heard of first', { tamper: actors.sparesTheOwner }, /^told-once$/],
  ['adds up what it is told twice', { fold: mutants.addsUp }, /^read-model-agrees$/],
];

/** The first world in which one of these rules is broken. */
async function caught(options: Options, rules: RegExp): Promise<Run> {
  const others = new Set<string>();
  for (let seed = 1; seed <= most; seed++) {
    const run = await simulate(seed, options);
    const broken = run.broken.map(({ rule }) => rule);
    if (broken.some((rule) => rules.test(rule))) return run;
    for (const rule of broken) others.add(rule);
  }
  throw new Error(`In ${most} worlds it breaks only: ${[...others].join(', ') || 'nothing'}.`);
}

for (const [name, options, rules] of cases)
  test(`a platform that ${name} is caught`, async () => {
    const { seed } = await caught(options, rules);
    assert.equal((await simulate(seed)).broken, [], 'the same world without the mistake');
  });

test.run();
