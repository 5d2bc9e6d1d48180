import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from '../../actors/closest.ts';
import type { Menu } from '../../actors/menu.ts';
import { loadScript } from '../../simulation/load-script.ts';
import { scaled } from '../../simulation/scaled.ts';
import { type Phase, type Script, scriptSchema } from '../../simulation/script.ts';
import { parseCount, parsePositive } from '../arguments.ts';
import { UsageError } from '../exit-code.ts';

export type ScriptFlags = {
  orders?: string;
  rate?: string;
  customers?: string;
  seed?: string;
  length: string;
  payLater?: boolean;
};

const folder = fileURLToPath(new URL('../../../scenarios', import.meta.url));

/** The names of the scripts that come with the program. */
export const shippedScripts = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

/** A script that comes with the program, by its name. */
export const shippedScript = (name: string, menu: Menu): Script => loadScript(join(folder, `${name}.yaml`), menu);

/**
 * The script that was asked for: by its name, as a file, or by flags alone.
 * @throws {UsageError | BadFile} there is none, or it has mistakes
 */
export function scriptFrom(menu: Menu, flags: ScriptFlags, name: string | undefined): Script {
  const script = name === undefined ? fromFlags(flags) : named(menu, flags, name);
  const { seed, length, payLater } = flags;
  const changed = {
    ...script,
    ...(seed !== undefined && { seed: parseCount(seed, 'The seed', 2 ** 31, 0) }),
    ...(payLater && { mix: { ...script.mix, payLater: 1 }, phases: script.phases.map(withoutOwn) }),
  };
  return scaled(changed, parsePositive(length, 'The length', 1_000));
}

function named(menu: Menu, { orders, rate, customers }: ScriptFlags, name: string): Script {
  for (const [flag, value] of Object.entries({ orders, rate, customers }))
    if (value !== undefined)
      throw new UsageError(`--${flag} is for a simulation without a script, and ${name} is one.`);
  const shipped = shippedScripts();
  if (shipped.includes(name)) return shippedScript(name, menu);
  if (/\.ya?ml$/.test(name) || existsSync(name)) return loadScript(name, menu);
  const meant = closest(name, shipped);
  const help = meant ? `Did you mean ${meant}?` : `There are ${shipped.join(', ')}.`;
  throw new UsageError(`No script "${name}" comes with the program. ${help} A file of your own ends with .yaml.`);
}

/** So many orders, by people who come at a rate, or by customers who order again and again. */
function fromFlags({ orders, rate, customers }: ScriptFlags): Script {
  if (orders === undefined || (rate === undefined) === (customers === undefined))
    throw new UsageError(
      'Name a script, such as lunch-rush (see --list), or say how many --orders there are, and either their --rate or how many --customers.',
    );
  const phase = {
    name: 'orders',
    orders: parseCount(orders, 'The number of orders', 10_000_000),
    ...(rate !== undefined && { arrivals: parsePositive(rate, 'The rate, orders a second,', 100_000) }),
    ...(customers !== undefined && { customers: parseCount(customers, 'The number of customers', 20_000) }),
  };
  const about =
    rate === undefined ? `${orders} orders of ${customers} customers` : `${orders} orders, ${rate} a second`;
  return { ...scriptSchema.parse({ about, phases: [phase], expect: { unanswered: 'at most 0' } }), name: 'orders' };
}

const withoutOwn = ({ mix, ...phase }: Phase): Phase => {
  if (mix === undefined) return phase;
  const { payLater: _own, ...rest } = mix;
  return { ...phase, mix: rest };
};
