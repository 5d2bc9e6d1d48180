import type { NoticeToSend } from '../actors/messages.ts';
import { type Lang, render } from '../actors/notifier/texts.ts';
import { BaedalError } from '../errors.ts';

/** A newer version of us made a message for which this one has no words. */
export class NoWords extends BaedalError {
  readonly code = 'no-words';
  readonly retry = false;
  constructor({ recipient, about, template }: NoticeToSend) {
    super(
      `This version has no words for the message ${template?.name ?? about} to ${recipient}: a newer one made it. Start that, and redrive the message with \`baedal dead redrive\`.`,
    );
  }
}

/** What a message says in one language. @throws {NoWords} */
export function wordsOf(notice: NoticeToSend, lang: Lang): string {
  const words = (notice.template && render(notice.template, lang)) ?? notice.text;
  if (words === undefined) throw new NoWords(notice);
  return words;
}
