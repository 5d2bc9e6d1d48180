import type { Calls } from '../src/actors/messages.ts';
import { houseRules } from '../src/actors/rules.ts';
import type { Charged, PaymentProvider } from '../src/partners/psp.ts';
import { PspFailed, PspOverloaded, PspStillAtIt, PspUnreachable } from '../src/partners/psp-errors.ts';
import type { Said, SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

/** What the provider knows of one order. */
export type Account = {
  charges: number;
  capturedWon: number;
  refunds: number;
  refundedWon: number;
  /** Asked for, and carried out later. */
  underWay: boolean;
  declined?: Charged;
  /** The keys under which money was given back. */
  keys: Set<string>;
};

/** How long before its time is up a charge lands at the latest, milliseconds: more than anything is ever on its way. */
const marginMs = 15_000;
const landMs = [1, 500, 5_000, 20_000, houseRules.settleMs - marginMs];

/** The payment provider as it is on its own side: what money it took and gave back, whatever anybody was told. */
export class SimProvider {
  readonly accounts = new Map<string, Account>();

  constructor(private readonly world: World) {}

  charge({ orderId, amountWon, billingKey }: Calls['Charge']): Said<Charged> {
    const account = this.accountOf(orderId);
    if (account.underWay) return { error: new PspStillAtIt() };
    if (account.declined) return { value: account.declined };
    if (account.refundedWon > 0) return { value: gone };
    const approved: Said<Charged> = { value: { outcome: 'approved', amountWon, paymentKey: `pay-${orderId}` } };
    if (account.charges > 0) return approved;
    const mood = this.mood('a charge');
    if (mood === 'silent') this.landLater(account, orderId, amountWon);
    if (mood !== 'well') return unwell[mood]();
    if (billingKey === 'card-declined') {
      account.declined = { outcome: 'declined', code: 'REJECT_CARD_COMPANY', reason: 'The card company declined.' };
      return { value: account.declined };
    }
    this.capture(account, orderId, amountWon);
    return this.heard('a charge', approved);
  }

  void({ orderId, look }: Calls['Void']): Said<VoidAnswer> {
    const account = this.accountOf(orderId);
    const mood = this.mood('a void');
    if (mood !== 'well') return unwell[mood]();
    if (account.declined) return { value: { orderId, outcome: 'closed', amountWon: 0 } };
    if (account.charges === 0) return { value: { orderId, outcome: 'absent', look } };
    this.giveBack(account, orderId, `cancel-${orderId}`);
    return this.heard('a void', { value: { orderId, outcome: 'closed', amountWon: account.capturedWon } });
  }

  /** @param key the same for the same request: under one key money goes back once */
  refund({ orderId }: Calls['Refund'], key: string): Said<RefundAnswer> {
    const account = this.accountOf(orderId);
    const mood = this.mood('a refund');
    if (mood !== 'well') return unwell[mood]();
    this.giveBack(account, orderId, key);
    return this.heard('a refund', { value: { orderId, outcome: 'refunded', amountWon: account.capturedWon } });
  }

  private accountOf(orderId: string): Account {
    let account = this.accounts.get(orderId);
    if (!account) {
      account = { charges: 0, capturedWon: 0, refunds: 0, refundedWon: 0, underWay: false, keys: new Set() };
      this.accounts.set(orderId, account);
    }
    return account;
  }

  private capture(account: Account, orderId: string, amountWon: number): void {
    account.charges++;
    account.capturedWon += amountWon;
    this.world.tell(() => `The provider takes ${amountWon} won for ${orderId}.`);
  }

  private giveBack(account: Account, orderId: string, key: string): void {
    if (account.keys.has(key)) return;
    account.keys.add(key);
    account.refunds++;
    account.refundedWon += account.capturedWon / account.charges;
    this.world.tell(() => `The provider gives the money of ${orderId} back.`);
  }

  private landLater(account: Account, orderId: string, amountWon: number): void {
    account.underWay = true;
    this.world.count('late charges');
    this.world.timeline.after(this.world.fate.pick('how late a charge lands', landMs), () => {
      account.underWay = false;
      this.capture(account, orderId, amountWon);
    });
  }

  /** It was done; whether anybody hears of that is another question. */
  private heard<T>(what: string, said: Said<T>): Said<T> {
    const { fate, weather } = this.world;
    if (!fate.fault(`the answer to ${what} is lost`, weather.partner)) return said;
    this.world.count('lost answers of the provider');
    this.world.tell(() => `The provider's answer to ${what} is lost.`);
    const lost = new PspUnreachable('provider', true, 'the connection was lost', undefined);
    return fate.pick(`how the answer to ${what} is lost`, [undefined, { error: lost }]);
  }

  private mood(what: string): Mood {
    const { fate, weather } = this.world;
    if (!fate.fault(`the provider is not well at ${what}`, weather.partner)) return 'well';
    const mood = fate.pick(`how the provider is at ${what}`, ['busy', 'absent', 'failing', 'silent'] as const);
    this.world.count(`provider ${mood}`);
    this.world.tell(() => `The provider is ${mood} at ${what}.`);
    return mood;
  }
}

type Mood = 'well' | 'busy' | 'absent' | 'failing' | 'silent';

/** What it says when it does not do what it is asked for: at once, or at all. */
const unwell: Record<Exclude<Mood, 'well'>, () => { error: Error } | undefined> = {
  busy: () => ({ error: new PspOverloaded(300) }),
  absent: () => ({ error: new PspUnreachable('provider', false, 'it is not there', undefined) }),
  failing: () => ({ error: new PspFailed('It failed.') }),
  silent: () => undefined,
};

const gone: Charged = { outcome: 'declined', code: 'ALREADY_CANCELED_PAYMENT', reason: 'The payment was cancelled.' };

type VoidAnswer = Awaited<ReturnType<PaymentProvider['void']>>;
type RefundAnswer = Awaited<ReturnType<PaymentProvider['refund']>>;

/** One process's client of it. The keys are those of the real client. */
export const providerFor = (process: SimProcess, provider: SimProvider): PaymentProvider => ({
  charge: (request) => process.ask('a charge', () => provider.charge(request)),
  void: (request) => process.ask('a void', () => provider.void(request)),
  refund: (request) => process.ask('a refund', () => provider.refund(request, `cancel-${request.orderId}`)),
});
