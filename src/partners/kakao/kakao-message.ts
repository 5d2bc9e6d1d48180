/** One message as it is handed to the provider. */
export type KakaoMessage = {
  /** Our own name for it, by which it is found again. */
  reference: string;
  /** Digits only. */
  to: string;
  /** Later than this it is not sent any more, epoch milliseconds: another process may have taken over, and be about to send it. */
  sendBy: number;
  /** As an Alimtalk with this template, or as a text message. */
  content: { templateId: string; variables: Record<string, string> } | { text: string };
};

/** What the provider decided on a message. `accepted` means that it takes care of it, not that it has been read. */
export type Verdict = { outcome: 'accepted'; messageId: string } | { outcome: 'refused'; code: string; reason: string };

/** Who sends: the KakaoTalk channel and the registered number of the house. */
export type KakaoSenderIdentity = {
  pfId: string;
  from: string;
  /** Whether people without KakaoTalk are not sent a text message by the provider instead. */
  disableSms: boolean;
};

/** A message in the provider's form. */
export const messageForm = (
  { reference, to, content }: KakaoMessage,
  { pfId, from, disableSms }: KakaoSenderIdentity,
): object => ({
  to,
  from,
  ...('text' in content
    ? { type: textTypeOf(content.text), text: content.text }
    : {
        type: 'ATA',
        kakaoOptions: {
          pfId,
          templateId: content.templateId,
          variables: Object.fromEntries(
            Object.entries(content.variables).map(([name, value]) => [`#{${name}}`, value]),
          ),
          disableSms,
        },
      }),
  customFields: { reference },
});

/** Characters of an Alimtalk at most, its variables filled in. */
export const mostAlimtalk = 1_000;
const mostSmsBytes = 90;
const mostLmsBytes = 2_000;

const textTypeOf = (text: string): 'SMS' | 'LMS' => (eucKrBytes(text) <= mostSmsBytes ? 'SMS' : 'LMS');

/** Bytes of a text in EUC-KR, in which text messages are counted: Hangul and signs take two. */
export function eucKrBytes(text: string): number {
  let bytes = 0;
  for (const letter of text) bytes += letter.codePointAt(0)! < 0x80 ? 1 : 2;
  return bytes;
}

/** As much of a text as a text message takes, ending with … where that is not all. */
export function cutToLms(text: string): string {
  if (eucKrBytes(text) <= mostLmsBytes) return text;
  let kept = '';
  let bytes = eucKrBytes('…');
  for (const letter of text) {
    bytes += eucKrBytes(letter);
    if (bytes > mostLmsBytes) break;
    kept += letter;
  }
  return `${kept}…`;
}
