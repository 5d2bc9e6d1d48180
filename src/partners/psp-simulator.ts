import { setTimeout as sleep } from 'node:timers/promises';
import { GroupCommit } from '../sqlite/group-commit.ts';
import { type Database, openDatabase, type Statement } from '../sqlite/open-database.ts';
import type { PaymentProvider } from './psp.ts';

const schema = [
  `CREATE TABLE charge (
     order_id TEXT PRIMARY KEY, payment_key TEXT NOT NULL, amount_won INTEGER NOT NULL,
     refunded_won INTEGER NOT NULL DEFAULT 0, closed INTEGER NOT NULL DEFAULT 0, times_asked INTEGER NOT NULL DEFAULT 1
   );`,
];

/** Billing keys with a meaning, for trying things out; every other key is a card that pays. */
export const decliningCards: Readonly<Record<string, { code: string; reason: string }>> = {
  'card-declined': { code: 'REJECT_CARD_COMPANY', reason: 'The card company declined the payment.' },
  'card-expired': { code: 'INVALID_CARD_EXPIRATION', reason: 'The card has expired.' },
  'card-limit': { code: 'EXCEED_MAX_AMOUNT', reason: 'The amount is above the limit of the card.' },
};

export type SimulatorOptions = {
  /** How long an answer takes, milliseconds, default 0. */
  latencyMs?: number;
};

/**
 * A payment provider inside this process, for tests and benchmarks. It remembers what it charged in a file of its own,
 * as the real one would, so that a charge asked for again after a crash is still charged once.
 */
export class PspSimulator implements PaymentProvider {
  private readonly db: Database;
  private readonly group: GroupCommit;
  private readonly sql: Record<'charge' | 'forbid' | 'giveBack', Statement>;

  constructor(
    path: string,
    private readonly options: SimulatorOptions = {},
  ) {
    // NORMAL outlives the death of the process, which is all that a simulator promises.
    this.db = openDatabase(path, { schema, synchronous: 'NORMAL' });
    this.group = new GroupCommit(this.db);
    this.sql = {
      charge: this.db.prepare(
        `INSERT INTO charge (order_id, payment_key, amount_won) VALUES (?, ?, ?)
         ON CONFLICT (order_id) DO UPDATE SET times_asked = times_asked + 1 RETURNING payment_key, amount_won, closed`,
      ),
      forbid: this.db.prepare(
        `INSERT INTO charge (order_id, payment_key, amount_won, closed) VALUES (?, '', 0, 1) ON CONFLICT DO NOTHING`,
      ),
      giveBack: this.db
        .prepare('UPDATE charge SET refunded_won = amount_won, closed = 1 WHERE order_id = ? RETURNING refunded_won')
        .pluck(),
    };
  }

  charge: PaymentProvider['charge'] = async ({ orderId, amountWon, billingKey }, signal) => {
    await this.takeTime(signal);
    const declined = decliningCards[billingKey];
    if (declined) return { outcome: 'declined', ...declined };
    const row = await this.group.write(
      () =>
        this.sql.charge.get(orderId, `pay-${orderId}`, amountWon) as {
          payment_key: string;
          amount_won: number;
          closed: number;
        },
    );
    if (row.closed)
      return { outcome: 'declined', code: 'ALREADY_CANCELED_PAYMENT', reason: 'The payment was cancelled.' };
    return { outcome: 'approved', amountWon: row.amount_won, paymentKey: row.payment_key };
  };

  void: PaymentProvider['void'] = async ({ orderId }, signal) => {
    await this.takeTime(signal);
    return this.group.write(() => {
      this.sql.forbid.run(orderId);
      return { orderId, outcome: 'closed', amountWon: this.giveBack(orderId) };
    });
  };

  refund: PaymentProvider['refund'] = async ({ orderId }, signal) => {
    await this.takeTime(signal);
    return this.group.write(() => ({ orderId, outcome: 'refunded', amountWon: this.giveBack(orderId) }));
  };

  close(): void {
    this.db.close();
  }

  /** Everything that was captured goes back; asked again, it has gone back already. Returns the amount in won. */
  private giveBack(orderId: string): number {
    return (this.sql.giveBack.get(orderId) as number | undefined) ?? 0;
  }

  private async takeTime(signal: AbortSignal): Promise<void> {
    const { latencyMs = 0 } = this.options;
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal });
  }
}
