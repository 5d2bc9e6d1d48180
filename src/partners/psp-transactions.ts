import { z } from 'zod';
import { PspFailed, PspNonsense } from './psp-errors.ts';
import { askPsp, type PspAddress } from './psp-requests.ts';

/** What a provider did: it took money, or gave some back. `orderId` is the one that it was given; `at` is epoch milliseconds. */
export type PspTransaction = { kind: 'captured' | 'cancelled'; orderId: string; amountWon: number; at: number };

const page = z.array(
  z.object({
    transactionKey: z.string().min(1),
    orderId: z.string(),
    status: z.string(),
    amount: z.int(),
    transactionAt: z.string(),
  }),
);

const kinds: Record<string, PspTransaction['kind']> = {
  DONE: 'captured',
  CANCELED: 'cancelled',
  PARTIAL_CANCELED: 'cancelled',
};

const pageSize = 1_000;
const pageWithinMs = 30_000;

/**
 * Every transaction of a provider between two times, epoch milliseconds, oldest first.
 * @throws {PspFault}
 */
export async function* pspTransactions(address: PspAddress, from: number, to: number): AsyncGenerator<PspTransaction> {
  let after: string | undefined;
  for (;;) {
    const query = new URLSearchParams({ startDate: inKorea(from), endDate: inKorea(to), limit: String(pageSize) });
    if (after !== undefined) query.set('startingAfter', after);
    const request = { method: 'GET' as const, path: `/v1/transactions?${query}` };
    const said = await askPsp(address, request, AbortSignal.timeout(pageWithinMs));
    if ('refusal' in said) throw new PspFailed(`The payment provider gives no ledger: ${said.refusal.message}`);
    const read = page.safeParse(said.json);
    if (!read.success) throw new PspNonsense(address.url(), 'its ledger is none');
    for (const { orderId, status, amount, transactionAt } of read.data) {
      const kind = kinds[status];
      if (kind) yield { kind, orderId, amountWon: Math.abs(amount), at: Date.parse(transactionAt) };
    }
    if (read.data.length < pageSize) return;
    after = read.data.at(-1)!.transactionKey;
  }
}

/** The provider's times are those of Seoul, nine hours ahead all year, and say so nowhere. */
const inKorea = (at: number): string => new Date(at + 9 * 3_600_000).toISOString().slice(0, 23);
