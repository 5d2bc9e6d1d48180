import type { Command } from 'commander';
import { examples, run } from './define.ts';

/** The door to the services. */
export function gateway(program: Command): void {
  const command = program
    .command('gateway')
    .description('one address in front of all services, by a file in the form of Spring Cloud Gateway')
    .option('--config <file>', 'the routes (default: those of the services of baedal)')
    .option('--profile <name>', 'the part of the file that applies, such as docker (default: the one named default)')
    .option('--host <h>', 'where to listen; 0.0.0.0 for every network that this machine is in', '127.0.0.1')
    .option('--port <p>', 'port; 0: any that is free (default: the one in the file)')
    .option('--trust-proxy', 'whoever asks is a proxy of yours: believe what it says of those before it')
    .option('--log', 'a line of JSON for each request, on stderr')
    .addHelpText(
      'before',
      examples(
        'baedal gateway',
        'baedal gateway --config gateway.yml --profile docker --host 0.0.0.0',
        'baedal gateway check gateway.yml',
      ),
    )
    .action(run(async () => (await import('../commands/gateway.ts')).gateway));

  command
    .command('check')
    .argument('<file>', 'the file to look at')
    .description('what a file of routes comes to, and what is wrong with it')
    .option('--profile <name>', 'this profile alone (default: every one)')
    .addHelpText(
      'before',
      examples('baedal gateway check gateway.yml', 'baedal gateway check gateway.yml --profile docker --json'),
    )
    .action(run(async () => (await import('../commands/gateway-check.ts')).gatewayCheck));
}
