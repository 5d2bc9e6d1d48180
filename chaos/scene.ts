import { setTimeout as sleep } from 'node:timers/promises';
import { houseRules } from '../src/actors/rules.ts';
import { folderOf, openBroker } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { reasonOf } from '../src/errors.ts';
import { findOrder } from '../src/readmodel/find-order.ts';
import { Reader } from '../src/readmodel/reader.ts';
import { type Stage, stage } from '../test/cli/platform-under-test.ts';
import { type Running, spawnBaedal } from '../test/harness/baedal.ts';
import { eventually } from '../test/harness/eventually.ts';
import { type LedgerLine, ledgerLines, type RunningPsp, startPsp } from '../test/harness/psp.ts';
import { type TempFolder, tempFolder } from '../test/harness/temp-folder.ts';
import { closing, everyStep } from './closing.ts';
import { type CustomerOptions, type Customers, startCustomers } from './customers.ts';
import { judge, type Teller, type Verdict } from './judge.ts';
import type { Promised } from './promised.ts';
import { untilOver } from './until-over.ts';

export type SceneOptions = {
  /** Where the platform keeps its data, default a temporary folder. */
  data?: string;
  /** How the payment provider is, as flags of `baedal psp`; default a few milliseconds a charge, one card in twenty declined. */
  psp?: readonly string[];
  /** How long a void looks for a charge, seconds, default 3. */
  settleSeconds?: number;
};

/** Milliseconds in which a provider has done what it has in hand, and more than what an audit of `untilOver` excuses. */
const landedWithinMs = 60_000;
const auditGraceMs = 1_100;

const usualPsp = ['--latency-ms', '2-20', '--decline-rate', '0.05'];

/**
 * A platform of its own on a broker, a payment provider outside it as its own process, and customers who keep a record of what they are
 * promised. Everything that is started here ends with `close`, and with this process at the latest.
 */
export class Scene {
  readonly at: Stage;
  readonly psp: RunningPsp;
  readonly #settleSeconds: number;
  readonly #outside: TempFolder;
  readonly #processes: { running: Running; killed: boolean }[] = [];
  readonly #running = new Set<Running>();
  readonly #clients: { close(): Promise<void> }[] = [];
  readonly #crowds: Customers[] = [];
  /** Ends all that is here, as far as that can be done. Safe to call twice. @throws what could not be done, once all the rest has been */
  readonly close = closing(() => this.#close());

  private constructor(at: Stage, psp: RunningPsp, outside: TempFolder, settleSeconds: number) {
    this.at = at;
    this.psp = psp;
    this.#outside = outside;
    this.#settleSeconds = settleSeconds;
  }

  static async open(broker: string, options: SceneOptions = {}): Promise<Scene> {
    const { data, psp = usualPsp, settleSeconds = 3 } = options;
    const at = stage(broker);
    if (data !== undefined) {
      at.settings.data = data;
      at.env.BAEDAL_DATA = data;
    }
    // The audit is not to wait for voids that are still looking: until they are done, that is a finding.
    Object.assign(at.env, { BAEDAL_PSP_SETTLE: '0.001' });
    const outside = tempFolder();
    return new Scene(at, await startPsp(outside.file('ledger.jsonl'), ...psp), outside, settleSeconds);
  }

  /** The flags that every `baedal up` of this scene is given, after `up` itself. */
  get flags(): string[] {
    const { psp, rules } = this.settings;
    const seconds = (ms: number) => String(ms / 1_000);
    const times = ['--psp-settle', seconds(rules.settleMs), '--pay-later-for', seconds(rules.payLaterForMs)];
    return ['--plain', '--psp', psp!, ...times];
  }

  /** What these flags come to. */
  get settings(): Settings {
    const rules = { ...houseRules, settleMs: this.#settleSeconds * 1_000, payLaterForMs: 60_000 };
    return { ...this.at.settings, psp: this.psp.url, rules };
  }

  /** Starts `baedal up`, perhaps for some actors only, and waits until it is up. */
  async up(...flags: string[]): Promise<Running> {
    const running = spawnBaedal(['up', ...this.flags, ...flags], { env: this.at.env });
    this.add(running);
    await running.waitForLine('Up: ');
    return running;
  }

  /** Takes in a process of the platform that somebody else has started. */
  add(running: Running): void {
    const started = { running, killed: false };
    this.#processes.push(started);
    this.#running.add(running);
    void running.ended.then(({ signal }) => {
      started.killed = signal === 'SIGKILL';
      this.#running.delete(running);
    });
  }

  /** Kills every process of the platform with -9. */
  async crash(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.kill('SIGKILL')));
  }

  /** Customers at a client of their own. */
  async customers(options: CustomerOptions): Promise<Customers> {
    const client = await openBroker(this.at.settings, 'client');
    this.#clients.push(client);
    const customers = startCustomers(client, options);
    this.#crowds.push(customers);
    return customers;
  }

  /** What the payment provider has written down so far. */
  ledger(): LedgerLine[] {
    return ledgerLines(this.#outside.file('ledger.jsonl'));
  }

  /** All that the processes of the platform have printed so far, the lines of those that ended too. */
  lines(): string[] {
    return this.#processes.flatMap(({ running }) => linesOf(running));
  }

  /** The processes of the platform, with those of their lines that were messages to people. */
  tellers(): Teller[] {
    return this.#processes.map(({ running, killed }) => ({
      lines: linesOf(running).filter((line) => line.includes(' ← ')),
      killed,
    }));
  }

  /** Waits until everything is over, which is a promise too, and holds the record against what became of it: see `untilOver` and `judge`. */
  async verdict(record: readonly Promised[], withinMs?: number): Promise<Verdict> {
    await this.#nothingLandsAnyMore();
    const notOver = await untilOver(this.at, ['--psp', this.psp.url], withinMs).then(() => [], sentenceOf);
    const reader = new Reader(folderOf(this.at.settings));
    try {
      const verdict = judge(record, {
        story: (orderId) => reader.ask((db) => findOrder(db, orderId)),
        ledger: this.ledger(),
        tellers: this.tellers(),
      });
      return { ...verdict, broken: [...notOver, ...verdict.broken] };
    } finally {
      reader.close();
    }
  }

  /**
   * A charge that hangs at the provider lands late, and is given back then. An audit does not know of every order that is looked for: so
   * nothing is over before the provider has nothing in hand, and what it did last is too old to be excused by an audit's grace.
   */
  async #nothingLandsAnyMore(): Promise<void> {
    await eventually(async () => (await this.psp.control()).inHand === 0, { withinMs: landedWithinMs, everyMs: 100 });
    await sleep(auditGraceMs);
  }

  #close(): Promise<void> {
    for (const crowd of this.#crowds) crowd.leave().catch(() => {}); // whoever wanted their record has asked for it
    return everyStep([
      ...this.#clients.map((client) => () => client.close()),
      () => Promise.all([...this.#running].map((running) => running.kill('SIGKILL'))),
      () => this.psp.kill('SIGKILL'),
      () => this.at.cleanUp(),
      () => this.#outside.remove(),
    ]);
  }
}

const linesOf = (running: Running): string[] => `${running.stdout()}\n${running.stderr()}`.split('\n');

const sentenceOf = (error: unknown): string[] => [reasonOf(error)];
