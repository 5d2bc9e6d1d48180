import { readFileSync } from 'node:fs';
import type { Knobs } from '../../src/psp/knobs.ts';
import { type PspOptions, startPsp } from '../../src/psp/server.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { Shop } from './shop.ts';

export const secretKey = 'test_sk_of_the_tests';

/** A payment provider in this process, with a folder of its own. */
export type Provider = {
  readonly shop: Shop;
  readonly url: string;
  readonly ledger: string;
  /** What the ledger says, without the times. */
  lines(): Record<string, unknown>[];
  /** Ends it and starts it again on the same ledger. */
  restart(knobs?: Partial<Knobs>): Promise<Provider>;
  end(): Promise<void>;
};

/** Draws the lowest there is, so that every rate above zero strikes. */
const unlucky = () => 0;

export async function provider(options: Partial<PspOptions> = {}, folder = tempFolder()): Promise<Provider> {
  const ledger = folder.file('ledger.jsonl');
  const usual = { port: 0, ledger, secretKey, now: Date.now, random: unlucky };
  const psp = await startPsp({ ...usual, ...options });
  return {
    shop: new Shop(psp.url, secretKey),
    url: psp.url,
    ledger,
    lines: () => linesOf(ledger).map(({ at: _at, ...line }) => line),
    restart: async (knobs = {}) => {
      await psp.close();
      return provider({ ...options, knobs }, folder);
    },
    end: async () => {
      await psp.close();
      folder.remove();
    },
  };
}

/** What a ledger says. */
export const linesOf = (ledger: string): Record<string, unknown>[] =>
  readFileSync(ledger, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
