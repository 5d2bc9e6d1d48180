import type { Command } from 'commander';
import { examples, run } from './define.ts';

/** The customer's side: look, order, see what became of it. */
export function ordering(program: Command): void {
  program
    .command('menu')
    .description('the stores, or what one of them cooks')
    .argument('[store]', 'id of a store')
    .addHelpText('before', examples('baedal menu', 'baedal menu crispy-chicken --json'))
    .action(run(async () => (await import('../commands/menu.ts')).menu));

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
    .action(run(async () => (await import('../commands/order-place.ts')).orderPlace));
  order
    .command('status')
    .description('one order: what it is, and its story so far')
    .argument('<id>', 'id of the order')
    .option('--watch', 'follow it until it is over')
    .addHelpText('before', examples('baedal order status k3f92m8q4t', 'baedal order status k3f92m8q4t --watch --json'))
    .action(run(async () => (await import('../commands/order-status.ts')).orderStatus));
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
    .action(run(async () => (await import('../commands/order-list.ts')).orderList));
  order
    .command('cancel')
    .description('cancel it, while the rider has not left')
    .argument('<id>', 'id of the order')
    .option('--reason <text>', 'why', 'cancelled by the customer')
    .addHelpText('before', examples('baedal order cancel k3f92m8q4t'))
    .action(run(async () => (await import('../commands/order-cancel.ts')).orderCancel));

  program
    .command('notifications')
    .description('the messages that people were sent')
    .option('--order <id>', 'only those of one order')
    .option('--follow', 'go on with the new ones')
    .option('--limit <n>', 'the newest n', '20')
    .addHelpText('before', examples('baedal notifications', 'baedal notifications --order k3f92m8q4t --json'))
    .action(run(async () => (await import('../commands/notifications.ts')).notifications));
}
