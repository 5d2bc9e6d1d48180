import { type Lang, templates, variable } from '../../actors/notifier/texts.ts';
import { BaedalError } from '../../errors.ts';
import { mostAlimtalk } from './kakao-message.ts';

/** A template as it is registered with KakaoTalk: its code with us, its text, and what is to be filled in. */
export type Registration = { code: string; lang: Lang; text: string; variables: string[] };

type Table = Record<string, Record<Lang, string>>;

/** The texts of this version cannot be sent by KakaoTalk. */
export class BadTemplates extends BaedalError {
  readonly code = 'bad-templates';
  readonly retry = false;
}

/** Every template in both languages, in the order of an order's journey. */
export const registrationsOf = (table: Table = templates): Registration[] =>
  Object.entries(table).flatMap(([name, texts]) =>
    (['ko', 'en'] as const).map((lang) => ({
      code: `${name}-${lang}`,
      lang,
      text: texts[lang],
      variables: variablesOf(texts[lang]),
    })),
  );

/**
 * Whether every template can be registered, and be filled in either language from the same variables.
 * @throws {BadTemplates} it names each that cannot
 */
export function checkTemplates(table: Table = templates): void {
  const wrong = registrationsOf(table).flatMap(({ code, text, variables }) => {
    const other = variablesOf(table[code.slice(0, -3)]![code.endsWith('-ko') ? 'en' : 'ko']);
    const lacking = other.filter((name) => !variables.includes(name));
    return [
      ...(text.length > mostAlimtalk ? [`${code} is longer than ${mostAlimtalk} characters`] : []),
      ...(text.trim() === '' ? [`${code} is empty`] : []),
      ...variables.filter((name) => !/^\w+$/.test(name)).map((name) => `${code} has #{${name}}, which is no name`),
      ...lacking.map((name) => `${code} lacks #{${name}}, which it has in the other language`),
    ];
  });
  if (wrong.length > 0) throw new BadTemplates(`The texts of messages cannot be used: ${wrong.join('; ')}.`);
}

const variablesOf = (text: string): string[] => [...new Set([...text.matchAll(variable)].map(([, name]) => name!))];
