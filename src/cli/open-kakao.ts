import { randomBytes, randomUUID } from 'node:crypto';
import type { Partners } from '../actors/actor.ts';
import type { Lang } from '../actors/notifier/texts.ts';
import type { AddressBook, Contact } from '../partners/address-book.ts';
import type { BreakerState } from '../partners/breaker.ts';
import { ContactsFile } from '../partners/contacts-file.ts';
import { type KakaoAddress, KakaoClient } from '../partners/kakao/kakao-client.ts';
import { KakaoFault } from '../partners/kakao/kakao-errors.ts';
import { KakaoProvider } from '../partners/kakao/kakao-provider.ts';
import { KakaoSender } from '../partners/kakao/kakao-sender.ts';
import type { Channel } from '../partners/notification-channel.ts';
import type { SentLedger } from '../partners/sent-ledger.ts';
import type { KakaoConfig } from './kakao-settings.ts';
import { now } from './open-broker.ts';
import { say } from './print.ts';

type Surroundings = {
  config: KakaoConfig;
  /** The file of the address book, if there is one. */
  contacts: string | undefined;
  ledger: SentLedger;
  lastChannel: Channel;
  /** The language of those who are not in the address book. */
  lang: Lang;
  onBreaker(state: BreakerState, why: string): void;
  /** Told what did not go as it should, in a sentence. */
  onProblem(reason: string, orderId?: string): void;
};

const clientOf = (address: KakaoAddress): KakaoClient =>
  new KakaoClient(address, { now, newSalt: () => randomBytes(16).toString('hex') });

const checkWithinMs = 5_000;

/**
 * Asks the provider whether it takes our key, and reads the address book.
 * @throws what is wrong; see `mayPass`
 */
export async function tryKakao({ address }: KakaoConfig, contacts: string | undefined): Promise<void> {
  if (contacts !== undefined) openContacts(contacts, () => {});
  await clientOf(address).check(AbortSignal.timeout(checkWithinMs));
}

/** Whether what was thrown may be over later, without anybody changing anything. */
export const mayPass = (error: unknown): boolean =>
  (error instanceof KakaoFault && error.retry) || (error as Error).name === 'TimeoutError';

/**
 * As `tryKakao`, but a provider that cannot be reached just now is no reason not to start.
 * @throws {KakaoKeyRefused | KakaoNonsense} it will not talk to us, whenever we ask
 * @throws {BadFile} the address book has mistakes
 */
export async function checkKakao(config: KakaoConfig, contacts: string | undefined): Promise<void> {
  try {
    await tryKakao(config, contacts);
  } catch (error) {
    if (!mayPass(error)) throw error;
    say(
      `The message provider at ${config.address.url} does not answer yet. Until it does, messages are lines in the terminal.`,
    );
  }
}

const openContacts = (file: string, onProblem: (reason: string) => void): ContactsFile =>
  new ContactsFile(file, { elapsed: () => performance.now(), onProblem });

/** Without an address book nobody has a phone. */
const nobody: AddressBook = { find: async (): Promise<Contact | undefined> => undefined };

/**
 * Whoever sends messages by KakaoTalk.
 * @throws {BadFile} the address book has mistakes
 */
export function openKakao(around: Surroundings): { notify: Partners['Notify']; close(): void } {
  const { config, contacts, ledger, lastChannel, lang, onBreaker, onProblem } = around;
  const { address, ratePerS, settleMs, templateIds } = config;
  const client = clientOf(address);
  const addressBook = contacts === undefined ? nobody : openContacts(contacts, onProblem);
  const provider = new KakaoProvider(client, { now, onBreaker, ...(ratePerS !== undefined && { ratePerS }) });
  const sender = new KakaoSender({
    ledger,
    provider,
    addressBook,
    lastChannel,
    lang,
    templateIds,
    ...(settleMs !== undefined && { settleMs }),
    now,
    newReference: randomUUID,
    onFault: (orderId, reason) => onProblem(reason, orderId),
  });
  return { notify: sender.notify, close: () => provider.close() };
}
