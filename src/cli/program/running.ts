import { type Command, Option } from 'commander';
import { examples, run } from './define.ts';

const pspHelp = 'the payment provider (env BAEDAL_PSP, its key in BAEDAL_PSP_KEY; default one of our own)';

/** What goes on until it is stopped. */
export function running(program: Command): void {
  program
    .command('demo')
    .description('everything in one process: actors, customers, and what happens')
    .option('--orders <n>', 'how many orders, where this is not a terminal', '50')
    .option('--speed <n>', 'run the catalogue’s times n times as fast', '600')
    .option('--seed <n>', 'the same seed brings the same customers', '1')
    .option('--psp <url>', pspHelp)
    .addHelpText('before', examples('baedal demo', 'baedal demo --orders 10 --catalog my-stores.yaml </dev/null'))
    .action(run(async () => (await import('../commands/demo.ts')).demo));

  program
    .command('up')
    .description('run actors until stopped; on a terminal, with the dashboard')
    .option('--actors <list>', 'which ones, with commas: order,payment,kitchen,rider,notifier (default: all)')
    .option('--manual', 'nothing by itself: owners and riders do every step by hand')
    .option('--speed <n>', 'the autopilot runs the catalogue’s times n times as fast; 1 is real time', '600')
    .option('--plain', 'lines instead of the dashboard, on a terminal too')
    .option('--quiet', 'where there is no dashboard: do not print the messages that people are sent')
    .option('--psp <url>', pspHelp)
    .option(
      '--kakao <url>',
      'send messages by KakaoTalk through this provider (env BAEDAL_KAKAO, its key and secret in BAEDAL_KAKAO_KEY and BAEDAL_KAKAO_SECRET; default none: they are lines in the terminal)',
    )
    .option('--kakao-file <file>', 'further settings of KakaoTalk, such as its templates (env BAEDAL_KAKAO_FILE)')
    .option('--contacts <file>', 'the address book: phone and language of each person (env BAEDAL_CONTACTS)')
    .option('--psp-settle <seconds>', 'how long it may take to carry out a charge that it did not answer (default 60)')
    .option('--cancel-until <step>', 'orders can be cancelled until accepted, cooked or departed (default departed)')
    .option(
      '--pay-later-for <seconds>',
      'how long an order placed with --pay-later may wait for its payment (default 1800)',
    )
    .addOption(
      new Option('--with-parent', 'end with the process that started this one, over its line to us').hideHelp(),
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
    .action(run(async () => (await import('../commands/up.ts')).up));

  program
    .command('simulate')
    .argument('[script]', 'a script of your own, or the name of one that comes with the program')
    .description(
      'customers, faults and riders by a script, on a platform of its own; was everything kept that it promises?',
    )
    .option('--list', 'the scripts that come with the program')
    .option('--orders <n>', 'without a script: how many orders')
    .option('--rate <r>', 'without a script: so many orders a second, by people who come on their own')
    .option('--customers <c>', 'without a script: so many customers, each of whom orders again and again')
    .option('--seed <s>', 'another one brings other customers (default: what the script says)')
    .option('--length <f>', 'times of phases and faults f times as long, such as 0.1 to try a script out', '1')
    .option('--pay-later', 'every customer would rather pay later than be turned away')
    .option('--report <file>', 'one page with charts, to open in a browser; .json: the data')
    .option('--attach', 'on the platform that runs with this broker and data: real orders of its real stores')
    .option('--restart-broker <command>', 'what restarts the broker, where the script does that')
    .addHelpText(
      'before',
      examples(
        'baedal simulate --list',
        'baedal simulate lunch-rush',
        'baedal simulate seed-siege --broker amqp://guest:guest@localhost --report siege.html',
        'baedal simulate --orders 1000 --rate 50',
      ),
    )
    .action(run(async () => (await import('../commands/simulate.ts')).simulate));

  program
    .command('dashboard')
    .description('every order live on one screen, with the kitchen, the riders, and what is wrong')
    .option('--read-only', 'only look: no key changes anything')
    .addHelpText('before', examples('baedal dashboard', 'baedal dashboard --read-only --lang ko'))
    .action(run(async () => (await import('../commands/dashboard.ts')).dashboard));

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
    .action(run(async () => (await import('../commands/psp.ts')).psp));
  psp.commands[0]!.description('change how a running one behaves, and see what it has done')
    .option('--url <url>', 'where it is (default: the one in the settings, or the one that `up` started)')
    .addHelpText('before', examples('baedal psp control', 'baedal psp control --capacity 5 --lose-rate 0.1'))
    .action(run(async () => (await import('../commands/psp-control.ts')).pspControl));

  const kakao = program
    .command('kakao')
    .description('a message provider to try things out with: nobody gets anything, what it accepts is in its ledger')
    .option('--port <p>', 'port on this machine; 0: any that is free', '7780')
    .option('--ledger <file>', 'where it writes down what it accepted', 'kakao-ledger.jsonl')
    .option('--latency-ms <ms>', 'how long an answer takes')
    .option('--limit <n>', 'requests a second; what is beyond is turned away; 0: no limit')
    .option('--refuse-rate <f>', 'part of the KakaoTalk messages that are refused, 0 to 1')
    .option('--fail-rate <f>', 'part of the requests that fail with 500, nothing done')
    .option('--hang-rate <f>', 'part of the sendings that are never answered, and done 2 s later')
    .option('--lose-rate <f>', 'part of the sendings that are done, and the answer lost')
    .addHelpText(
      'before',
      examples(
        'baedal kakao --latency-ms 100',
        'baedal up --kakao http://127.0.0.1:7780 --contacts contacts.yaml',
        'baedal kakao templates',
      ),
    )
    .action(run(async () => (await import('../commands/kakao.ts')).kakao));
  kakao
    .command('templates')
    .description('the texts of messages, as they must be registered with KakaoTalk')
    .addHelpText('before', examples('baedal kakao templates', 'baedal kakao templates --lang ko --json'))
    .action(run(async () => (await import('../commands/kakao-templates.ts')).kakaoTemplates));
}
