import type { AskedMessage } from './requests.ts';

/** A template as it was registered and approved. What stands in its text as #{name} is a variable. */
export type Template = { id: string; text: string };

/** Why a message is not taken. The codes are of this stand-in's own choosing, but that they begin with 1. */
export type Fault = { code: string; reason: string };

const mostAlimtalk = 1_000;
const mostBytes = { SMS: 90, LMS: 2_000 };
const number = /^0\d{7,10}$/;
const variable = /#\{[^{}]*\}/g;

/** What was registered beforehand, and whether a message goes with it. */
export class Register {
  readonly #templates: ReadonlyMap<string, string>;

  /** @param from the one number that messages may come from; undefined: any */
  constructor(
    templates: readonly Template[],
    private readonly pfId: string | undefined,
    private readonly from: string | undefined,
  ) {
    this.#templates = new Map(templates.map(({ id, text }) => [id, text]));
  }

  /** What is wrong with a message, or the text that its recipient gets to read. */
  look(message: AskedMessage): { text: string } | Fault {
    const { to, from, type } = message;
    if (!number.test(to)) return { code: '1020', reason: 'The recipient is no phone number.' };
    if (!number.test(from)) return { code: '1021', reason: 'The sender is no phone number.' };
    if (this.from !== undefined && from !== this.from)
      return { code: '1062', reason: 'The number of the sender is not registered.' };
    return type === 'ATA' ? this.#alimtalk(message) : this.#textMessage(message, type);
  }

  #alimtalk({ text: given, kakaoOptions }: AskedMessage): { text: string } | Fault {
    if (!kakaoOptions) return { code: '1030', reason: 'An Alimtalk needs kakaoOptions.' };
    const { pfId, templateId, variables = {} } = kakaoOptions;
    if (this.pfId !== undefined && pfId !== this.pfId) return { code: '1031', reason: 'There is no such channel.' };
    const template = this.#templates.get(templateId);
    if (template === undefined) return { code: '1032', reason: 'There is no such template.' };
    const wanted = new Set(template.match(variable) ?? []);
    const differs =
      Object.keys(variables).length !== wanted.size || Object.keys(variables).some((name) => !wanted.has(name));
    if (differs) return { code: '1033', reason: 'The variables are not those of the template.' };
    const text = template.replaceAll(variable, (name) => variables[name]!);
    if (given !== undefined && given !== text) return { code: '1034', reason: 'The text is not that of the template.' };
    if (text.length > mostAlimtalk) return { code: '1035', reason: `It is longer than ${mostAlimtalk} characters.` };
    return { text };
  }

  #textMessage({ text, kakaoOptions }: AskedMessage, type: 'SMS' | 'LMS'): { text: string } | Fault {
    if (kakaoOptions) return { code: '1040', reason: 'A text message has no kakaoOptions.' };
    if (text === undefined || text === '') return { code: '1041', reason: 'A text message needs a text.' };
    const bytes = [...text].reduce((sum, letter) => sum + (letter <= '\x7f' ? 1 : 2), 0);
    if (bytes > mostBytes[type]) return { code: '1042', reason: `It is longer than ${mostBytes[type]} bytes.` };
    return { text };
  }
}
