import type { Answers, Calls, NoticeToSend, SentNotice } from '../../actors/messages.ts';
import { type Lang, variablesIn } from '../../actors/notifier/texts.ts';
import { reasonOf } from '../../errors.ts';
import type { AddressBook } from '../address-book.ts';
import type { Channel } from '../notification-channel.ts';
import type { Sent, SentLedger, Told, UnderWay } from '../sent-ledger.ts';
import { wordsOf } from '../words.ts';
import { NotKnownYet } from './kakao-errors.ts';
import { cutToLms, type KakaoMessage, mostAlimtalk, type Verdict } from './kakao-message.ts';
import { certainlyNot, type KakaoProvider } from './kakao-provider.ts';

export type KakaoSenderOptions = {
  /** Whoever opened it closes it. */
  ledger: SentLedger;
  provider: Pick<KakaoProvider, 'send' | 'find'>;
  addressBook: AddressBook;
  /** How people are reached whom nothing else reaches. */
  lastChannel: Channel;
  /** The language of those who are not in the address book. */
  lang: Lang;
  /** What the provider calls a template of ours, by its code, such as `order-placed-ko`. */
  templateIds: ReadonlyMap<string, string>;
  /**
   * After how long a message that the provider does not list was never handed to it, milliseconds, default 30,000: then it is sent again.
   * It is handed over in the first half of that time, or not at all.
   */
  settleMs?: number;
  /** The clock, epoch milliseconds. */
  now(): number;
  newReference(): string;
  /** Told what kept a message from going by the channel that it should have gone by. */
  onFault?(orderId: string, reason: string): void;
};

/** A way to reach one person. Without a message it is the last channel. */
type Way = { channel: string; text: string; message?: Omit<KakaoMessage, 'reference' | 'sendBy'> };
/** What is recorded; what is undefined or empty is not. */
type RecordedAs = Pick<Sent, 'channel' | 'text'> & { messageId?: string | undefined; why?: string };
type Refused = Extract<Verdict, { outcome: 'refused' }>;

const usualSettleMs = 30_000;
/** How soon the provider is asked about a message of which nobody knows, milliseconds. */
const firstLookMs = 1_000;

/**
 * Tells people by KakaoTalk, else by a text message, else by the last channel, each message at most once. There is no idempotency key: so
 * what is about to be sent is in the ledger before it is, and where its outcome is missing there, the provider is asked whether it has it.
 */
export class KakaoSender {
  /** Sent, and not written yet: a disk that is full may keep it so for a while, and nobody is to be told twice meanwhile. */
  private readonly unrecorded = new Map<string, RecordedAs>();

  constructor(private readonly options: KakaoSenderOptions) {}

  /** @throws {NotKnownYet | NoWords} nobody knows of one of them, or what it says; those that are known are in the ledger */
  notify = async ({ orderId, notices }: Calls['Notify']): Promise<Answers['NotifyAnswered']> => {
    const told = await Promise.allSettled(notices.map((notice) => this.tell(orderId, notice)));
    const sent = told.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    return { orderId, channel: 'kakaotalk', notices: sent };
  };

  private async tell(orderId: string, notice: NoticeToSend): Promise<SentNotice> {
    const { ledger, newReference } = this.options;
    const { recipient, about } = notice;
    const told: Told = { orderId, recipient, about };
    const known = ledger.sent(told);
    if (known) return { recipient, about, ...known };
    const unrecorded = this.unrecorded.get(nameOf(told));
    if (unrecorded) return this.record(told, unrecorded);

    const left = ledger.underWay(told);
    const fate = left && (await this.fateOf(told, left));
    if (left && fate?.outcome === 'accepted') return this.record(told, { ...left, messageId: fate.messageId });

    const { ways, why } = await this.waysTo(notice);
    if (left) {
      // It goes on where it was left: by the same channel if it never arrived, by the next one if it was refused.
      const there = ways.findIndex(({ channel }) => channel === left.channel);
      if (there > 0) ways.splice(0, there);
      if (left.why) why.splice(0, why.length, left.why);
      if (fate?.outcome === 'refused') {
        why.push(this.noted(orderId, left.channel, fate));
        if (ways.length > 1) ways.shift();
      }
    }
    // Each channel has a name of its own with the provider, which may list what it refused too.
    let reference = fate === undefined ? left?.reference : undefined;
    for (const way of ways) {
      const verdict = await this.sendBy(way, told, reference ?? newReference(), why.join('; '));
      reference = undefined;
      if (verdict.outcome === 'refused') why.push(this.noted(orderId, way.channel, verdict));
      else return this.record(told, { ...way, why: why.join('; '), messageId: verdict.messageId });
    }
    throw new Error(`No channel takes the message for ${recipient}.`); // the last one takes everything, or throws
  }

  /** The channels in their order, and why some that come before them are left out. */
  private async waysTo(notice: NoticeToSend): Promise<{ ways: Way[]; why: string[] }> {
    const { addressBook, lastChannel, templateIds } = this.options;
    const contact = await addressBook.find(notice.recipient);
    const lang = contact ? (contact.lang ?? 'ko') : this.options.lang;
    const text = wordsOf(notice, lang);
    const last = { channel: lastChannel.name, text };
    if (!contact) return { ways: [last], why: ['not in the address book'] };
    const { template } = notice;
    const { phone: to } = contact;
    if (to === undefined) return { ways: [last], why: ['no phone in the address book'] };
    const short = cutToLms(text);
    const ways: Way[] = [{ channel: 'text', text: short, message: { to, content: { text: short } } }, last];
    const templateId = template && templateIds.get(`${template.name}-${lang}`);
    if (!templateId) return { ways, why: ['kakaotalk: it has no template'] };
    if (text.length > mostAlimtalk) return { ways, why: [`kakaotalk: it is longer than ${mostAlimtalk} characters`] };
    const content = { templateId, variables: variablesIn(template.variables, lang) };
    return { ways: [{ channel: 'kakaotalk', text, message: { to, content } }, ...ways], why: [] };
  }

  /** @throws {NotKnownYet} it may have been sent or not */
  private async sendBy(
    { channel, text, message }: Way,
    told: Told,
    reference: string,
    why: string,
  ): Promise<Refused | { outcome: 'accepted'; messageId?: string }> {
    const { ledger, provider, lastChannel, now, onFault, settleMs = usualSettleMs } = this.options;
    if (!message) {
      await lastChannel.send(told.orderId, { ...told, text });
      return { outcome: 'accepted' };
    }
    const at = now();
    await ledger.intend(told, { reference, channel, phone: message.to, text, why, at });
    try {
      // The other half of the time is the provider's.
      return await provider.send({ ...message, reference, sendBy: at + settleMs / 2 });
    } catch (error) {
      if (!certainlyNot(error)) {
        onFault?.(told.orderId, `whether a message was taken is not known: ${reasonOf(error)}`);
        throw new NotKnownYet(told.recipient, firstLookMs, error);
      }
      return { outcome: 'refused', code: 'not-sent', reason: reasonOf(error) };
    }
  }

  /**
   * What became of an attempt whose outcome was never recorded; nothing where the provider never had it.
   * @throws {NotKnownYet} it cannot be told yet
   */
  private async fateOf({ recipient }: Told, { phone, reference, at }: UnderWay): Promise<Verdict | undefined> {
    const { provider, now, settleMs = usualSettleMs } = this.options;
    let found: Verdict | undefined;
    try {
      found = await provider.find({ to: phone, reference, sinceMs: at });
    } catch (error) {
      throw new NotKnownYet(recipient, firstLookMs, error);
    }
    const leftMs = Math.min(at + settleMs - now(), settleMs); // the clock may have jumped
    if (!found && leftMs > 0) throw new NotKnownYet(recipient, leftMs);
    return found;
  }

  private async record(told: Told, sent: RecordedAs): Promise<SentNotice> {
    const { channel, text, messageId, why } = sent;
    this.unrecorded.set(nameOf(told), sent);
    await this.options.ledger.record([
      { ...told, channel, text, ...(messageId && { messageId }), ...(why && { why }) },
    ]);
    this.unrecorded.delete(nameOf(told));
    return { recipient: told.recipient, about: told.about, channel, text };
  }

  /** Why it did not go by this channel, told to those who look after the place. */
  private noted(orderId: string, channel: string, { code, reason }: Refused): string {
    const why = `${channel}: ${code === 'not-sent' ? reason : `${code}, ${reason}`}`;
    this.options.onFault?.(orderId, `a message did not go by ${why}`);
    return why;
  }
}

const nameOf = ({ orderId, recipient, about }: Told): string => JSON.stringify([orderId, recipient, about]);
