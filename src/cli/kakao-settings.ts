import { readFileSync } from 'node:fs';
import { reasonOf } from '../errors.ts';
import type { KakaoAddress } from '../partners/kakao/kakao-client.ts';
import { loadKakaoFile } from '../partners/kakao/kakao-file.ts';
import { checkTemplates, registrationsOf } from '../partners/kakao/template-check.ts';
import { phoneOf } from '../partners/phone.ts';
import { UsageError } from './exit-code.ts';
import { partnerUrlFrom } from './payment-settings.ts';

/** What was set of KakaoTalk, as it was given. Only with `url` are messages sent by it. `file`: further settings, in YAML. */
export type KakaoTexts = {
  url?: string;
  key?: string;
  secret?: string;
  secretFile?: string;
  pfId?: string;
  from?: string;
  file?: string;
};

/** How messages are sent by KakaoTalk. `templateIds`: the provider's id of each template, by our code. */
export type KakaoConfig = {
  address: KakaoAddress;
  ratePerS?: number;
  settleMs?: number;
  templateIds: ReadonlyMap<string, string>;
};

/**
 * What the settings say of KakaoTalk; nothing where they name no provider.
 * @throws {UsageError} one is missing or cannot be used
 * @throws {BadFile} the file of settings has mistakes
 * @throws {BadTemplates}
 */
export function kakaoFrom(texts: KakaoTexts = {}): KakaoConfig | undefined {
  if (texts.url === undefined) return undefined;
  const url = partnerUrlFrom(texts.url, 'a message provider', 'BAEDAL_KAKAO_KEY', [
    'https://api.solapi.com',
    'http://127.0.0.1:7780',
  ]);
  checkTemplates();
  const file = texts.file === undefined ? {} : loadKakaoFile(texts.file);
  const templates: Record<string, string> = file.templates ?? {};
  return {
    address: {
      url,
      ...kakaoKeyFrom(texts),
      pfId: token(
        texts.pfId ?? file.pfId,
        'BAEDAL_KAKAO_PFID, or pfId in the file of --kakao-file',
        'the id of the KakaoTalk channel',
      ),
      from: senderFrom(texts.from ?? file.from),
      disableSms: file.disableSms ?? false,
    },
    ...(file.rate !== undefined && { ratePerS: file.rate }),
    ...(file.settleSeconds !== undefined && { settleMs: file.settleSeconds * 1_000 }),
    templateIds: new Map(registrationsOf().map(({ code }) => [code, templates[code] ?? code])),
  };
}

/** The key and the secret of the message provider. @throws {UsageError} */
export function kakaoKeyFrom({ key, secret, secretFile }: KakaoTexts): { key: string; secret: string } {
  return {
    key: token(key, 'BAEDAL_KAKAO_KEY', 'the key of the message provider'),
    secret: token(
      secret ?? (secretFile === undefined ? undefined : secretIn(secretFile)),
      'BAEDAL_KAKAO_SECRET, or BAEDAL_KAKAO_SECRET_FILE',
      'the secret of the message provider',
    ),
  };
}

/** The file of a secret may end with a line feed. */
function secretIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new UsageError(`BAEDAL_KAKAO_SECRET_FILE cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

/** What is wrong is never shown: it may be a secret. */
function token(value: string | undefined, setting: string, what: string): string {
  if (value === undefined || value === '') throw new UsageError(`${sentenceOf(what)} is missing. Set ${setting}.`);
  if (!/^[\x21-\x2b\x2d-\x7e]{1,200}$/.test(value))
    throw new UsageError(`${sentenceOf(what)} has letters that none has. Set ${setting} again.`);
  return value;
}

function senderFrom(from: string | undefined): string {
  const setting = 'BAEDAL_KAKAO_FROM, or from in the file of --kakao-file';
  if (from === undefined) throw new UsageError(`The number that messages come from is missing. Set ${setting}.`);
  const number = phoneOf(from);
  if (number === undefined)
    throw new UsageError(
      `Messages cannot come from "${from}": it is no phone number, such as 02-123-4567. Set ${setting} again.`,
    );
  return number;
}

const sentenceOf = (what: string): string => `${what[0]!.toUpperCase()}${what.slice(1)}`;
