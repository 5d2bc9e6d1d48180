import { z } from 'zod';
import { readYaml, type YamlKind } from '../../yaml/read-yaml.ts';
import { phoneOf } from '../phone.ts';
import { registrationsOf } from './template-check.ts';

const trueOrFalse = 'true or false';
const from = 'the registered number that messages come from, in quotes, such as "02-123-4567"';
const pfId = 'the id of the KakaoTalk channel, such as KA01PF…';
const rate = 'a number of requests a second, above 0, at most 1,000';
const settle = 'a number of seconds, 1 to 600';
const templateId = 'the id under which KakaoTalk approved it, such as KA01TP…';
const templates = 'every template with its id, such as order-placed-ko: KA01TP…';

const text = (expected: string) => z.string({ error: expected }).regex(/^[\x21-\x7e]{1,100}$/, { error: expected });

const schema = z.strictObject(
  {
    pfId: text(pfId).optional(),
    from: z
      .string({ error: from })
      .refine((number) => phoneOf(number) !== undefined, { error: from })
      .optional(),
    disableSms: z.boolean({ error: trueOrFalse }).optional(),
    rate: z.number({ error: rate }).positive({ error: rate }).max(1_000, { error: rate }).optional(),
    settleSeconds: z.number({ error: settle }).min(1, { error: settle }).max(600, { error: settle }).optional(),
    templates: z
      .strictObject(Object.fromEntries(registrationsOf().map(({ code }) => [code, text(templateId)])), {
        error: templates,
      })
      .optional(),
  },
  { error: 'settings of KakaoTalk, such as pfId: KA01PF…' },
);

/**
 * What a file of KakaoTalk's settings holds. `rate`: requests a second; `settleSeconds`: how long the provider may take to list a message
 * that it was handed; `templates`: the provider's id of each, by our code.
 */
export type KakaoFile = z.infer<typeof schema>;

const kind: YamlKind<KakaoFile> = {
  title: 'The settings of KakaoTalk',
  code: 'bad-kakao-file',
  expected: 'settings such as pfId: KA01PF…',
  schema,
};

/** Reads the settings of KakaoTalk; docs/kakaotalk.md has every field.
 * @throws {BadFile} the file cannot be read, or has mistakes; it lists them all with their lines */
export const loadKakaoFile = (file: string): KakaoFile => readYaml(file, kind);
