import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { BaedalError } from '../errors.ts';
import { AlreadySaid, exit, exitCodeFor, Interrupted } from './exit-code.ts';
import { printJson, say } from './print.ts';
import type { Settings } from './settings.ts';

/** What a command's action is given: the settings, its own flags, and its arguments. */
export type Action<F> = (settings: Settings, flags: F, ...args: string[]) => Promise<void>;

/**
 * Reads the command line, runs the command, and says in a sentence what went wrong.
 * @returns the exit code
 */
export async function main(argv: string[]): Promise<number> {
  const program = build();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exit.done;
    const json = argv.includes('--json');
    if (error instanceof CommanderError) {
      // What was wrong has been said on stderr already.
      if (json) printJson({ error: { code: 'usage', message: error.message.replace(/^error: /, ''), retry: false } });
      return exit.usage;
    }
    if (!(error instanceof AlreadySaid)) report(error, json);
    return exitCodeFor(error);
  }
}

function report(error: unknown, json: boolean): void {
  if (!(error instanceof BaedalError)) {
    say(
      `Something went wrong that should not: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return;
  }
  if (json && !(error instanceof Interrupted)) {
    const { code, message, retry } = error;
    const { retryAfterMs } = error as { retryAfterMs?: number };
    printJson({ error: { code, message, retry, ...(retryAfterMs !== undefined && { retryAfterMs }) } });
  }
  say(error.message);
}

/** A lazily loaded action: only the command that runs is imported. */
function run<F extends object>(load: () => Promise<Action<F>>) {
  return async function (this: Command, ...given: unknown[]): Promise<void> {
    const args = given.slice(0, -2).flat() as string[];
    const flags = this.optsWithGlobals<F>();
    const { settingsFrom } = await import('./settings.ts');
    const settings = await settingsFrom(flags as object);
    await (await load())(settings, flags, ...args);
  };
}

const examples = (...lines: string[]): string => `Examples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;

const pspHelp = 'the payment provider (env BAEDAL_PSP, its key in BAEDAL_PSP_KEY; default one of our own)';

function build(): Command {
  const program = new Command('baedal')
    .description('Food ordering from the terminal: an actor system over RabbitMQ.')
    .version(version(), '-v, --version', 'print the version')
    .option('--broker <url>', 'sqlite: for the embedded broker, or amqp://… (env BAEDAL_BROKER; default sqlite:)')
    .option('--data <dir>', 'data folder (env BAEDAL_DATA; default ~/.local/share/baedal)')
    .option('--catalog <file>', 'your own stores and menus (env BAEDAL_CATALOG)')
    .option('--lang <ko|en>', 'language (default from the locale)')
    .option('--json', 'print only JSON')
    .option('--no-color', 'no colours')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .addHelpText('before', () =>
      examples(
        'baedal demo                                    see it all at once',
        'baedal up                                      run the actors (in one terminal)',
        'baedal menu crispy-chicken                     what there is to eat',
        'baedal order place --customer kim --store crispy-chicken --item yangnyeom:2 --wait delivered',
        'baedal order status k3f92m8q4t                 what has become of it',
      ),
    );

  program
    .command('demo')
    .description('everything in one process: actors, customers, and what happens')
    .option('--orders <n>', 'how many orders, where this is not a terminal', '50')
    .option('--speed <n>', 'run the catalogue’s times n times as fast', '600')
    .option('--seed <n>', 'the same seed brings the same customers', '1')
    .option('--psp <url>', pspHelp)
    .addHelpText('before', examples('baedal demo', 'baedal demo --orders 10 --catalog my-stores.yaml </dev/null'))
    .action(run(async () => (await import('./commands/demo.ts')).demo));

  program
    .command('up')
    .description('run actors until stopped; on a terminal, with the dashboard')
    .option('--actors <list>', 'which ones, with commas: order,payment,kitchen,rider,notifier (default: all)')
    .option('--manual', 'nothing by itself: owners and riders do every step by hand')
    .option('--speed <n>', 'the autopilot runs the catalogue’s times n times as fast; 1 is real time', '600')
    .option('--plain', 'lines instead of the dashboard, on a terminal too')
    .option('--quiet', 'where there is no dashboard: do not print the messages that people are sent')
    .option('--psp <url>', pspHelp)
    .option('--psp-settle <seconds>', 'how long it may take to carry out a charge that it did not answer (default 60)')
    .option('--cancel-until <step>', 'orders can be cancelled until accepted, cooked or departed (default departed)')
    .option(
      '--pay-later-for <seconds>',
      'how long an order placed with --pay-later may wait for its payment (default 1800)',
    )
    .option('--store-deadline <seconds>', 'an owner who has not answered after this has refused (default 600)')
    .addHelpText(
      'before',
      examples(
        'baedal up',
        'baedal up --manual --catalog my-stores.yaml',
        'baedal up --actors order,payment --broker amqp://guest:guest@localhost',
      ),
    )
    .action(run(async () => (await import('./commands/up.ts')).up));

  program
    .command('dashboard')
    .description('every order live on one screen, with the kitchen, the riders, and what is wrong')
    .option('--read-only', 'only look: no key changes anything')
    .addHelpText('before', examples('baedal dashboard', 'baedal dashboard --read-only --lang ko'))
    .action(run(async () => (await import('./commands/dashboard.ts')).dashboard));

  program
    .command('menu')
    .description('the stores, or what one of them cooks')
    .argument('[store]', 'id of a store')
    .addHelpText('before', examples('baedal menu', 'baedal menu crispy-chicken --json'))
    .action(run(async () => (await import('./commands/menu.ts')).menu));

  const order = program
    .command('order')
    .description('place orders and see what became of them')
    .addHelpText(
      'before',
      examples('baedal order place --customer kim --store crispy-chicken --item yangnyeom:2', 'baedal order list'),
    );
  order
    .command('place')
    .description('order and pay')
    .requiredOption('--customer <id>', 'who orders')
    .requiredOption('--store <id>', 'from which store')
    .requiredOption(
      '--item <item...>',
      'ITEM or ITEM:QUANTITY, as often as there are items; - reads them from stdin, one a line',
    )
    .option('--order-id <id>', 'your own id; placing the same order again under it is the same order')
    .option('--card <key>', 'billing key of the card to charge (default: the customer’s)')
    .option('--pay-later', 'where the payment system is busy, wait and be charged when it works again')
    .option('--wait <placed|delivered>', 'wait until then', 'placed')
    .option('--timeout <seconds>', 'how long to wait for the answer (default 10), or for the delivery (default 120)')
    .addHelpText(
      'before',
      examples(
        'baedal order place --customer kim --store crispy-chicken --item yangnyeom:2',
        'baedal order place --customer kim --store crispy-chicken --item yangnyeom --item cola:3 --wait delivered --json',
      ),
    )
    .action(run(async () => (await import('./commands/order-place.ts')).orderPlace));
  order
    .command('status')
    .description('one order: what it is, and its story so far')
    .argument('<id>', 'id of the order')
    .option('--watch', 'follow it until it is over')
    .addHelpText('before', examples('baedal order status k3f92m8q4t', 'baedal order status k3f92m8q4t --watch --json'))
    .action(run(async () => (await import('./commands/order-status.ts')).orderStatus));
  order
    .command('list')
    .description('the newest orders')
    .option('--customer <id>')
    .option('--store <id>')
    .option('--status <status>', 'one status, or several with commas')
    .option(
      '--search <words>',
      'only those that have each word somewhere: id, store, basket, customer, rider, reason, status',
    )
    .option('--oldest', 'the oldest first')
    .option('--limit <n>', 'how many', '20')
    .addHelpText(
      'before',
      examples(
        'baedal order list',
        'baedal order list --customer kim --status placed,accepted',
        'baedal order list --search "chicken lee" --json',
      ),
    )
    .action(run(async () => (await import('./commands/order-list.ts')).orderList));
  order
    .command('cancel')
    .description('cancel it, while the rider has not left')
    .argument('<id>', 'id of the order')
    .option('--reason <text>', 'why', 'cancelled by the customer')
    .addHelpText('before', examples('baedal order cancel k3f92m8q4t'))
    .action(run(async () => (await import('./commands/order-cancel.ts')).orderCancel));

  const kitchen = program
    .command('kitchen')
    .description('the store’s side')
    .addHelpText('before', examples('baedal kitchen list', 'baedal kitchen accept k3f92m8q4t'));
  kitchen
    .command('list')
    .description('what waits to be accepted or is on the stove, oldest first')
    .option('--store <id>')
    .addHelpText('before', examples('baedal kitchen list --store crispy-chicken'))
    .action(run(async () => (await import('./commands/kitchen.ts')).kitchenList));
  kitchen
    .command('accept')
    .description('accept an order')
    .argument('<id>')
    .addHelpText('before', examples('baedal kitchen accept k3f92m8q4t'))
    .action(run(async () => (await import('./commands/kitchen.ts')).kitchenAccept));
  kitchen
    .command('refuse')
    .description('refuse an order; the customer gets the money back')
    .argument('<id>')
    .requiredOption('--reason <text>', 'what the customer is told')
    .addHelpText('before', examples('baedal kitchen refuse k3f92m8q4t --reason "out of chicken"'))
    .action(run(async () => (await import('./commands/kitchen.ts')).kitchenRefuse));
  kitchen
    .command('cooked')
    .description('an order is ready to be picked up')
    .argument('<id>')
    .addHelpText('before', examples('baedal kitchen cooked k3f92m8q4t'))
    .action(run(async () => (await import('./commands/kitchen.ts')).kitchenCooked));

  const rider = program
    .command('rider')
    .description('the riders’ side')
    .addHelpText('before', examples('baedal rider list', 'baedal rider claim k3f92m8q4t --rider choi'));
  rider
    .command('list')
    .description('what is to be picked up or on its way, oldest first')
    .addHelpText('before', examples('baedal rider list'))
    .action(run(async () => (await import('./commands/rider.ts')).riderList));
  rider
    .command('claim')
    .description('take a delivery')
    .argument('<id>')
    .requiredOption('--rider <id>', 'who takes it')
    .addHelpText('before', examples('baedal rider claim k3f92m8q4t --rider choi'))
    .action(run(async () => (await import('./commands/rider.ts')).riderClaim));
  rider
    .command('pickup')
    .description('leave the store with it: from now on it cannot be cancelled')
    .argument('<id>')
    .addHelpText('before', examples('baedal rider pickup k3f92m8q4t'))
    .action(run(async () => (await import('./commands/rider.ts')).riderPickup));
  rider
    .command('deliver')
    .description('hand it over')
    .argument('<id>')
    .addHelpText('before', examples('baedal rider deliver k3f92m8q4t'))
    .action(run(async () => (await import('./commands/rider.ts')).riderDeliver));

  const readModel = program
    .command('readmodel')
    .description('what every question is answered from: how far it is, and whether it is right')
    .addHelpText('before', examples('baedal readmodel status', 'baedal readmodel verify'));
  readModel
    .command('status')
    .description('how far behind the journal it is')
    .addHelpText('before', examples('baedal readmodel status --json'))
    .action(run(async () => (await import('./commands/readmodel.ts')).readModelStatus));
  readModel
    .command('rebuild')
    .description('make it anew from the journal, beside the old one, and swap it in; nobody is told anything')
    .option('--forget', 'go on where the journal no longer has its beginning: what was before is forgotten')
    .addHelpText('before', examples('baedal readmodel rebuild'))
    .action(run(async () => (await import('./commands/readmodel.ts')).readModelRebuild));
  readModel
    .command('verify')
    .description('hold it against a fresh fold of the journal, and name the first difference')
    .addHelpText('before', examples('baedal readmodel verify', 'baedal readmodel verify --json'))
    .action(run(async () => (await import('./commands/readmodel.ts')).readModelVerify));

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
    .action(run(async () => (await import('./commands/audit.ts')).audit));

  program
    .command('breaker')
    .description('when the payment provider was left alone for a moment, and why')
    .option('--limit <n>', 'the newest n changes', '20')
    .addHelpText('before', examples('baedal breaker', 'baedal breaker --json'))
    .action(run(async () => (await import('./commands/breaker.ts')).breaker));

  program
    .command('system')
    .description('how the actors are: up or down, how much they handle, how long it takes, what waits')
    .addHelpText('before', examples('baedal system', 'baedal system --json'))
    .action(run(async () => (await import('./commands/system.ts')).system));

  program
    .command('queues')
    .description('how much waits in each queue')
    .addHelpText('before', examples('baedal queues', 'baedal queues --json'))
    .action(run(async () => (await import('./commands/queues.ts')).queues));

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
    .action(run(async () => (await import('./commands/dead.ts')).deadList));
  dead
    .command('show')
    .description('one dead letter: why it is here, and its body')
    .argument('<id>', 'its id, or the beginning of it')
    .addHelpText('before', examples('baedal dead show 3f9a', 'baedal dead show 3f9a --json'))
    .action(run(async () => (await import('./commands/dead.ts')).deadShow));
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
    .action(run(async () => (await import('./commands/dead.ts')).deadRedrive));
  dead
    .command('discard')
    .description('nothing comes of these messages; they can still be read')
    .argument('<id...>', 'ids, or the beginnings of them')
    .option('--reason <text>', 'why', 'discarded by hand')
    .option('--yes', 'do not ask')
    .addHelpText('before', examples('baedal dead discard 3f9a --reason "sent by a broken script" --yes'))
    .action(run(async () => (await import('./commands/dead.ts')).deadDiscard));

  const psp = program
    .command('psp')
    .description('a payment provider to try things out with: a process of its own, with a ledger of its own')
    .option('--port <p>', 'port on this machine; 0: any that is free', '7770')
    .option('--ledger <file>', 'where it writes down what it captured, cancelled and declined', 'psp-ledger.jsonl');
  for (const each of [psp, psp.command('control')])
    each
      .option('--latency-ms <range>', 'how long an answer takes: 120, or 400-620')
      .option(
        '--capacity <n>',
        'requests at once at full speed; more are slower, twice as many are turned away; 0: no limit',
      )
      .option('--decline-rate <f>', 'part of the charges that are declined, 0 to 1')
      .option('--fail-rate <f>', 'part of the requests that fail with 500, nothing done')
      .option('--hang-rate <f>', 'part of the requests that are never answered, and done 5 s later')
      .option('--lose-rate <f>', 'part of the requests that are done, and the answer lost');
  psp
    .addHelpText(
      'before',
      examples(
        'baedal psp --latency-ms 400-620 --capacity 20',
        'baedal up --psp http://127.0.0.1:7770',
        'baedal psp control --fail-rate 1',
      ),
    )
    .action(run(async () => (await import('./commands/psp.ts')).psp));
  psp.commands[0]!.description('change how a running one behaves, and see what it has done')
    .option('--url <url>', 'where it is (default: the one in the settings, or the one that `up` started)')
    .addHelpText('before', examples('baedal psp control', 'baedal psp control --capacity 5 --lose-rate 0.1'))
    .action(run(async () => (await import('./commands/psp-control.ts')).pspControl));

  program
    .command('notifications')
    .description('the messages that people were sent')
    .option('--order <id>', 'only those of one order')
    .option('--follow', 'go on with the new ones')
    .option('--limit <n>', 'the newest n', '20')
    .addHelpText('before', examples('baedal notifications', 'baedal notifications --order k3f92m8q4t --json'))
    .action(run(async () => (await import('./commands/notifications.ts')).notifications));

  return program;
}

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
