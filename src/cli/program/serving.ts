import type { Command } from 'commander';
import { examples, run } from './define.ts';

const secretHelp = 'a file with the secret that tokens are signed with, 32 bytes or more (env BAEDAL_JWT_SECRET_FILE)';
const issuerHelp = 'who issues the tokens, their `iss`; checked where it is set (env BAEDAL_JWT_ISSUER)';
const audienceHelp = 'whom the tokens are for, their `aud`; checked where it is set (env BAEDAL_JWT_AUDIENCE)';

/** The way in over HTTP. */
export function serving(program: Command): void {
  program
    .command('serve')
    .description('answer over HTTP until stopped: order, pay, store, mypage, or all of them, each on a port of its own')
    .argument('<service>', 'order, pay, store, mypage or all')
    .option('--host <host>', 'where to listen', '127.0.0.1')
    .option('--port <p>', 'port, with `all` the first of four; 0: any that is free (default 8081 to 8084)')
    .option('--jwt-secret-file <file>', secretHelp)
    .option('--jwks <url>', 'where the public keys are that tokens are signed with (env BAEDAL_JWKS)')
    .option('--jwt-issuer <name>', issuerHelp)
    .option('--jwt-audience <name>', audienceHelp)
    .option('--rate-limit <n>', 'requests a second that one caller may make; 0: any number', '100')
    .option('--trust-proxy', 'believe the proxy in front of it about addresses (X-Forwarded-For)')
    .option('--log', 'a line on stderr for every request, not only for what goes wrong')
    .addHelpText(
      'before',
      examples(
        'baedal serve all',
        'baedal serve order --jwt-secret-file secret --port 8081',
        'baedal serve all --host 0.0.0.0 --jwks https://login.example.com/jwks.json --jwt-audience baedal',
      ),
    )
    .action(run(async () => (await import('../commands/serve.ts')).serve));

  program
    .command('token')
    .description('a token to try the services with, signed with the secret that they check it by')
    .requiredOption('--role <role>', 'customer, store, rider or operator')
    .requiredOption('--subject <id>', 'id of the customer, store or rider, or an operator’s name')
    .option('--for <span>', 'how long it holds: 90s, 30m, 1h, 7d', '1h')
    .option('--jwt-secret-file <file>', secretHelp)
    .option('--jwt-issuer <name>', 'who issues it, its `iss` (env BAEDAL_JWT_ISSUER)')
    .option('--jwt-audience <name>', 'whom it is for, its `aud` (env BAEDAL_JWT_AUDIENCE)')
    .addHelpText(
      'before',
      examples(
        'baedal token --role customer --subject kim --jwt-secret-file secret',
        'baedal token --role store --subject gukbap --for 8h',
      ),
    )
    .action(run(async () => (await import('../commands/token.ts')).token));
}
