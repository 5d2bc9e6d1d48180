import type { Command } from 'commander';
import { examples, run, runWithFlags } from './define.ts';

/** What keeps the place in order: how it is, what is behind it, whether the money is right. */
export function lookingAfter(program: Command): void {
  program
    .command('system')
    .description('how the actors are: up or down, how much they handle, how long it takes, what waits')
    .addHelpText('before', examples('baedal system', 'baedal system --json'))
    .action(run(async () => (await import('../commands/system.ts')).system));

  program
    .command('queues')
    .description('how much waits in each queue')
    .addHelpText('before', examples('baedal queues', 'baedal queues --json'))
    .action(run(async () => (await import('../commands/queues.ts')).queues));

  program
    .command('doctor')
    .description(
      'whether everything that is needed is there and in order, and what to do where it is not; changes nothing',
    )
    .addHelpText(
      'before',
      examples('baedal doctor', 'baedal doctor --broker amqp://guest:guest@localhost', 'baedal doctor --json'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 no problem, though there may be warnings; 1 a problem; 5 the broker cannot be reached, whatever else\nis wrong: most is only known once it can.',
    )
    .action(runWithFlags(async () => (await import('../commands/doctor.ts')).doctor));

  const readModel = program
    .command('readmodel')
    .description('what every question is answered from: how far it is, and whether it is right')
    .addHelpText('before', examples('baedal readmodel status', 'baedal readmodel verify'));
  readModel
    .command('status')
    .description('how far behind the journal it is')
    .addHelpText('before', examples('baedal readmodel status --json'))
    .action(run(async () => (await import('../commands/readmodel.ts')).readModelStatus));
  readModel
    .command('rebuild')
    .description('make it anew from the journal, beside the old one, and swap it in; nobody is told anything')
    .option('--forget', 'go on where the journal no longer has its beginning: what was before is forgotten')
    .addHelpText('before', examples('baedal readmodel rebuild'))
    .action(run(async () => (await import('../commands/readmodel.ts')).readModelRebuild));
  readModel
    .command('verify')
    .description('hold it against a fresh fold of the journal, and name the first difference')
    .addHelpText('before', examples('baedal readmodel verify', 'baedal readmodel verify --json'))
    .action(run(async () => (await import('../commands/readmodel.ts')).readModelVerify));

  const dead = program
    .command('dead')
    .description('dead letters: messages that could not be handled')
    .addHelpText('before', examples('baedal dead list', 'baedal dead show 3f9a', 'baedal dead redrive 3f9a --dry-run'));
  dead
    .command('list')
    .description('the newest dead letters')
    .option('--state <state>', 'only those that are dead, redriven or discarded')
    .option('--reason <text>', 'only those whose reason contains this')
    .option('--limit <n>', 'how many', '20')
    .addHelpText('before', examples('baedal dead list', 'baedal dead list --state dead --reason JSON --json'))
    .action(run(async () => (await import('../commands/dead.ts')).deadList));
  dead
    .command('show')
    .description('one dead letter: why it is here, and its body')
    .argument('<id>', 'its id, or the beginning of it')
    .addHelpText('before', examples('baedal dead show 3f9a', 'baedal dead show 3f9a --json'))
    .action(run(async () => (await import('../commands/dead.ts')).deadShow));
  dead
    .command('redrive')
    .description('send messages on their way again; each takes effect at most once')
    .argument('[id...]', 'ids, or the beginnings of them')
    .option('--all', 'all that are dead')
    .option('--reason <text>', 'with --all: only those whose reason contains this')
    .option('--dry-run', 'only say what would become of them now')
    .addHelpText(
      'before',
      examples(
        'baedal dead redrive 3f9a --dry-run',
        'baedal dead redrive 3f9a 77c0',
        'baedal dead redrive --all --reason "database is locked"',
      ),
    )
    .action(run(async () => (await import('../commands/dead.ts')).deadRedrive));
  dead
    .command('discard')
    .description('nothing comes of these messages; they can still be read')
    .argument('<id...>', 'ids, or the beginnings of them')
    .option('--reason <text>', 'why', 'discarded by hand')
    .option('--yes', 'do not ask')
    .addHelpText('before', examples('baedal dead discard 3f9a --reason "sent by a broken script" --yes'))
    .action(run(async () => (await import('../commands/dead.ts')).deadDiscard));

  program
    .command('audit')
    .description(
      'hold the money against the orders: what was paid stands, and what does not stand was given back, once',
    )
    .option(
      '--psp [url]',
      'compare with the payment provider’s own ledger too (default: the one in the settings, or our own)',
    )
    .option('--grace <seconds>', 'what changed less than this long ago may still be under way', '30')
    .addHelpText('before', examples('baedal audit', 'baedal audit --psp http://127.0.0.1:7770 --json'))
    .action(run(async () => (await import('../commands/audit.ts')).audit));

  program
    .command('breaker')
    .description('when the payment provider was left alone for a moment, and why')
    .option('--limit <n>', 'the newest n changes', '20')
    .addHelpText('before', examples('baedal breaker', 'baedal breaker --json'))
    .action(run(async () => (await import('../commands/breaker.ts')).breaker));
}
