import type { Command } from 'commander';
import { examples, run } from './define.ts';

/** The side of those who work: owners and riders. */
export function working(program: Command): void {
  const kitchen = program
    .command('kitchen')
    .description('the store’s side')
    .addHelpText('before', examples('baedal kitchen list', 'baedal kitchen accept k3f92m8q4t'));
  kitchen
    .command('list')
    .description('what waits to be accepted or is on the stove, oldest first')
    .option('--store <id>')
    .addHelpText('before', examples('baedal kitchen list --store crispy-chicken'))
    .action(run(async () => (await import('../commands/kitchen.ts')).kitchenList));
  kitchen
    .command('accept')
    .description('accept an order')
    .argument('<id>')
    .addHelpText('before', examples('baedal kitchen accept k3f92m8q4t'))
    .action(run(async () => (await import('../commands/kitchen.ts')).kitchenAccept));
  kitchen
    .command('refuse')
    .description('refuse an order; the customer gets the money back')
    .argument('<id>')
    .requiredOption('--reason <text>', 'what the customer is told')
    .addHelpText('before', examples('baedal kitchen refuse k3f92m8q4t --reason "out of chicken"'))
    .action(run(async () => (await import('../commands/kitchen.ts')).kitchenRefuse));
  kitchen
    .command('cooked')
    .description('an order is ready to be picked up')
    .argument('<id>')
    .addHelpText('before', examples('baedal kitchen cooked k3f92m8q4t'))
    .action(run(async () => (await import('../commands/kitchen.ts')).kitchenCooked));

  const rider = program
    .command('rider')
    .description('the riders’ side')
    .addHelpText('before', examples('baedal rider list', 'baedal rider claim k3f92m8q4t --rider choi'));
  rider
    .command('list')
    .description('what is to be picked up or on its way, oldest first')
    .addHelpText('before', examples('baedal rider list'))
    .action(run(async () => (await import('../commands/rider.ts')).riderList));
  rider
    .command('claim')
    .description('take a delivery')
    .argument('<id>')
    .requiredOption('--rider <id>', 'who takes it')
    .addHelpText('before', examples('baedal rider claim k3f92m8q4t --rider choi'))
    .action(run(async () => (await import('../commands/rider.ts')).riderClaim));
  rider
    .command('pickup')
    .description('leave the store with it: from now on it cannot be cancelled')
    .argument('<id>')
    .addHelpText('before', examples('baedal rider pickup k3f92m8q4t'))
    .action(run(async () => (await import('../commands/rider.ts')).riderPickup));
  rider
    .command('deliver')
    .description('hand it over')
    .argument('<id>')
    .addHelpText('before', examples('baedal rider deliver k3f92m8q4t'))
    .action(run(async () => (await import('../commands/rider.ts')).riderDeliver));
}
