import { Command } from 'commander';
import { harmless } from '../harmless.ts';
import { version } from '../version.ts';
import { examples } from './define.ts';
import { gateway } from './gateway.ts';
import { lookingAfter } from './looking-after.ts';
import { ordering } from './ordering.ts';
import { running } from './running.ts';
import { serving } from './serving.ts';
import { working } from './working.ts';

/** Everything that `baedal` understands. */
export function programOf(): Command {
  const program = new Command('baedal')
    .description('Food ordering from the terminal: an actor system over RabbitMQ.')
    .version(version(), '-v, --version', 'print the version')
    .option(
      '--broker <url>',
      'sqlite: for the embedded broker, or amqp://user:password@host[,host…]/vhost (env BAEDAL_BROKER; default sqlite:)',
    )
    .option('--data <dir>', 'data folder (env BAEDAL_DATA; default ~/.local/share/baedal)')
    .option('--catalog <file>', 'your own stores and menus (env BAEDAL_CATALOG)')
    .option('--lang <ko|en>', 'language (default from the locale)')
    .option('--json', 'print only JSON')
    .option('--no-color', 'no colours')
    .configureOutput({
      writeOut: (text) => void process.stdout.write(text),
      // It says again what was typed, which may be anything.
      writeErr: (text) => void process.stderr.write(harmless(text)),
    })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .addHelpText('before', () =>
      examples(
        'baedal demo                                    see it all at once',
        'baedal up                                      run the actors (in one terminal)',
        'baedal dashboard                               every order live on one screen (in another)',
        'baedal menu crispy-chicken                     what there is to eat',
        'baedal order place --customer kim --store crispy-chicken --item yangnyeom:2 --wait delivered',
        'baedal order status k3f92m8q4t                 what has become of it',
      ),
    );

  for (const define of [running, serving, gateway, ordering, working, lookingAfter]) define(program);
  return program;
}
