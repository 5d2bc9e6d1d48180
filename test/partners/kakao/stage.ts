import { randomBytes, randomUUID } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import type { Name, NoticeToSend } from '../../../src/actors/messages.ts';
import { fill } from '../../../src/actors/notifier/texts.ts';
import type { Contact } from '../../../src/partners/address-book.ts';
import { KakaoClient } from '../../../src/partners/kakao/kakao-client.ts';
import { KakaoProvider, type ProviderOptions } from '../../../src/partners/kakao/kakao-provider.ts';
import { KakaoSender } from '../../../src/partners/kakao/kakao-sender.ts';
import { registrationsOf } from '../../../src/partners/kakao/template-check.ts';
import { consoleChannel } from '../../../src/partners/notification-channel.ts';
import { SentLedger } from '../../../src/partners/sent-ledger.ts';
import { eventually } from '../../harness/eventually.ts';
import { from, kakaoKey, pfId } from '../../harness/kakao.ts';

export type StageOptions = Omit<ProviderOptions, 'now'> & {
  contacts?: Record<string, Contact>;
  disableSms?: boolean;
  settleMs?: number;
};

export const kim = '01012345678';
export const lee = '01087654321';
export const owner = '0233334444';

/** The sender with the real client, towards whoever is at `url`, with its ledger in `file`. */
export function openSender(url: string, file: string, options: StageOptions = {}) {
  const { contacts = { kim: { phone: kim }, lee: { phone: lee, lang: 'en' }, 'owner:chicken': { phone: owner } } } =
    options;
  const { disableSms = false, settleMs = 30_000, ...guard } = options;
  const now = () => Date.now();
  const printed: string[] = [];
  const faults: string[] = [];
  const breaker: string[] = [];
  const client = new KakaoClient(
    { url, ...kakaoKey, pfId, from, disableSms },
    { now, newSalt: () => randomBytes(16).toString('hex') },
  );
  const provider = new KakaoProvider(client, { now, onBreaker: (state) => breaker.push(state), ...guard });
  const ledger = new SentLedger(file, now);
  const sender = new KakaoSender({
    ledger,
    provider,
    addressBook: { find: async (recipient) => contacts[recipient] },
    lastChannel: consoleChannel((line) => printed.push(line)),
    lang: 'en',
    templateIds: new Map(registrationsOf().map(({ code }) => [code, code])),
    settleMs,
    now,
    newReference: randomUUID,
    onFault: (_orderId, reason) => faults.push(reason),
  });
  return {
    provider,
    client,
    printed,
    faults,
    /** The states that the breaker has been in. */
    breaker,
    /** Tells one person something, as the host does: where nobody knows whether it was sent, again a little later. */
    tell: async (notice: NoticeToSend, orderId = 'o1') => {
      const request = { orderId, notices: [notice] };
      const answer = await eventually(() => sender.notify(request), { everyMs: 100 });
      return answer.notices[0]!;
    },
    notify: sender.notify,
    close: () => {
      provider.close();
      ledger.close();
    },
  };
}

const store: Name = { ko: '바삭치킨 강남점', en: 'Crispy Chicken' };
const basket: Name = { ko: '후라이드 ×2', en: 'Fried ×2' };

const notice = (recipient: string, about: string, template: ReturnType<typeof fill>): NoticeToSend => ({
  recipient,
  about,
  template,
});

export const placed = (recipient = 'kim', order = 'o1') =>
  notice(recipient, 'placed', fill('order-placed', { store, basket, total: '38,000', order }));
export const delivered = (recipient = 'kim', order = 'o1') =>
  notice(recipient, 'delivered', fill('order-delivered', { order }));
export const rejected = (reason: string, recipient = 'kim', order = 'o1') =>
  notice(recipient, 'rejected', fill('order-rejected', { order, reason }));

/** What the ledger of the sender says of everybody who was told. */
export function recorded(file: string) {
  const db = new Sqlite(file, { readonly: true });
  try {
    return db
      .prepare('SELECT recipient, about, channel, text, message_id AS messageId, why FROM sent ORDER BY at')
      .all() as {
      recipient: string;
      about: string;
      channel: string;
      text: string;
      messageId: string | null;
      why: string | null;
    }[];
  } finally {
    db.close();
  }
}
