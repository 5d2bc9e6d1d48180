import type { Settings } from '../src/cli/settings.ts';
import { baedal } from '../test/harness/baedal.ts';
import { environmentOf } from './bench-settings.ts';

/** Runs `baedal ARGS` on the platform of the benchmark.
 * @throws {Error} it ended with anything but 0 */
async function run(settings: Settings, ...args: string[]): Promise<{ stdout: string; tookMs: number }> {
  const startedAt = performance.now();
  const { code, stdout, stderr } = await baedal(args, { env: environmentOf(settings), timeoutMs: 600_000 });
  if (code !== 0) throw new Error(`baedal ${args.join(' ')} ended with ${code}.\n${stderr}`);
  return { stdout, tookMs: performance.now() - startedAt };
}

/** Asks for the status of `times` of `orders` orders, each in a process of its own. @returns how long each took from its start to its end, milliseconds */
export async function timeStatus(settings: Settings, orders: number, times: number): Promise<number[]> {
  const took: number[] = [];
  const one = (i: number) => run(settings, 'order', 'status', `bench-${(i * 7_919) % orders}`);
  await one(0); // warm
  for (let i = 1; i <= times; i++) took.push((await one(i)).tookMs);
  return took;
}

/** Rebuilds the read model `times` times. @returns how many events a second each folded */
export async function timeRebuild(settings: Settings, times: number): Promise<number[]> {
  const rates: number[] = [];
  for (let i = 0; i < times; i++) {
    const { stdout } = await run(settings, 'readmodel', 'rebuild', '--json');
    rates.push((JSON.parse(stdout) as { eventsPerSecond: number }).eventsPerSecond);
  }
  return rates;
}
