import type { Answers, Calls, Notice } from '../actors/messages.ts';
import type { Lang } from '../actors/notifier/texts.ts';
import type { SentLedger } from './sent-ledger.ts';
import { wordsOf } from './words.ts';

/** One way to reach people. @throws what is worth trying again */
export type Channel = { name: string; send(orderId: string, notice: Notice): Promise<void> };

/** Writes each message as a line, `<recipient> ← <text>`. */
export const consoleChannel = (print: (line: string) => void): Channel => ({
  name: 'console',
  send: async (_orderId, { recipient, text }) => print(`${recipient} ← ${text}`),
});

/**
 * Sends through one channel and keeps a ledger of what was sent, so that a call repeated after a crash does not tell people
 * twice. What was sent in the same turn is written together: only what a crash in between has kept from being written can come twice.
 */
export class NotificationSender {
  /** Sent, and not written yet: a disk that is full may keep it so for a while, and nobody is to be told twice meanwhile. */
  private readonly unrecorded = new Set<string>();

  /**
   * @param ledger whoever opened it closes it
   * @param lang in which language people are told
   */
  constructor(
    private readonly ledger: SentLedger,
    private readonly channel: Channel,
    private readonly lang: Lang,
  ) {}

  /**
   * @param again it may have been asked for before: only then is it looked up what was sent
   * @throws {NoWords} and what the channel throws
   */
  notify = async ({ orderId, notices }: Calls['Notify'], again: boolean): Promise<Answers['NotifyAnswered']> => {
    const told = notices.map((notice): Notice => {
      const { recipient, about } = notice;
      return { recipient, about, text: wordsOf(notice, this.lang) };
    });
    const fresh = again ? told.filter((notice) => this.ledger.sent({ orderId, ...notice }) === undefined) : told;
    const sent: Notice[] = [];
    try {
      for (const notice of fresh) {
        const name = JSON.stringify([orderId, notice.recipient, notice.about]);
        if (!this.unrecorded.has(name)) await this.channel.send(orderId, notice);
        this.unrecorded.add(name);
        sent.push(notice);
      }
    } finally {
      // Also where one could not be sent: then the call is repeated, and those before it have been told.
      const channel = this.channel.name;
      if (sent.length > 0) await this.ledger.record(sent.map((notice) => ({ orderId, ...notice, channel })));
    }
    for (const { recipient, about } of sent) this.unrecorded.delete(JSON.stringify([orderId, recipient, about]));
    return { orderId, channel: this.channel.name, notices: told };
  };
}
