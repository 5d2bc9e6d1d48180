import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Options, type Run, simulate } from '../../simulator/simulate.ts';
import * as mutants from './mutants.ts';

/** Seeds in which a mutant has to be caught. */
const most = 800;

/** Each way to be broken, and the rules by one of which it is to be caught. */
const cases: [name: string, options: Options, rules: RegExp][] = [
  ['acks before the commit', { tamper: mutants.acksBeforeCommit }, /^(orders-end|no-money-kept|told-once)$/],
  ['acks before the confirm', { tamper: mutants.acksBeforeConfirm }, /^(orders-end|no-money-kept)$/],
  ['forgets what was handled', { tamper: mutants.forgetsOutcomes }, /^(orders-end|no-money-kept|told-once)$/],
  ['decides anew what comes again', { tamper: mutants.saysAnew }, /^one-effect$/],
  ['publishes before the commit', { tamper: mutants.publishesBeforeCommit }, /^(one-effect|stories-are-whole)$/],
  ['writes over what others wrote', { tamper: mutants.ignoresFences }, /^(one-effect|moves-forward|no-money-kept)$/],
  ['refunds under a new key each time', { tamper: mutants.refundsUnguarded }, /^refunded-once$/],
  ['adds up what it is told twice', { fold: mutants.addsUp }, /^read-model-agrees$/],
];

/** The first world in which something is broken, and whether the same world holds without the mistake. */
async function caught(options: Options): Promise<Run | undefined> {
  for (let seed = 1; seed <= most; seed++) {
    const run = await simulate(seed, options);
    if (run.broken.length > 0) return run;
  }
  return undefined;
}

for (const [name, options, rules] of cases)
  test(`a platform that ${name} is caught`, async () => {
    const run = await caught(options);
    if (!run) throw new Error(`It was not caught in ${most} worlds.`);
    const broken = run.broken.map(({ rule }) => rule);
    assert.ok(
      broken.some((rule) => rules.test(rule)),
      `seed ${run.seed} breaks ${broken.join(', ')}`,
    );
    assert.equal((await simulate(run.seed)).broken, [], 'the same world without the mistake');
  });

test.run();
