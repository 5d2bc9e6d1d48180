import { readFileSync } from 'node:fs';
import { type Running, spawnBaedal } from './baedal.ts';

/** A payment provider running as its own process. */
export type RunningPsp = Running & {
  url: string;
  /** Changes how it behaves, and tells what it has done. */
  control(knobs?: object): Promise<{ counts: Record<string, number>; inHand: number }>;
};

export const pspKey = 'test_sk_for_tests';

/** Starts `baedal psp` on a free port, with a ledger. */
export async function startPsp(ledger: string, ...args: string[]): Promise<RunningPsp> {
  const running = spawnBaedal(['psp', '--port', '0', '--ledger', ledger, '--json', ...args], {
    env: { BAEDAL_PSP_KEY: pspKey },
  });
  const { url } = JSON.parse(await running.waitForLine('"url"')) as { url: string };
  return { ...running, url, control: (knobs) => control(url, knobs) };
}

async function control(url: string, knobs?: object) {
  const change = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(knobs),
  };
  const response = await fetch(`${url}/control`, knobs && change);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { counts: Record<string, number>; inHand: number };
}

export type LedgerLine = {
  at: number;
  kind: 'captured' | 'cancelled' | 'declined';
  orderId: string;
  paymentKey: string;
  amountWon: number;
};

/** What a payment provider has written down so far. */
export const ledgerLines = (file: string): LedgerLine[] =>
  readFileSync(file, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .slice(0, -1) // after the last line feed may be a line that is being written
    .map((line) => JSON.parse(line));
