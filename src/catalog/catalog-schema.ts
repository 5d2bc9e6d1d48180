import { z } from 'zod';

const won = 'a whole number of won, 100 to 10,000,000, in digits only';
const minutes = 'a number of minutes, 0 to 1,440';
const text = 'text of 1 to 80 characters on one line';
const id = 'an id of 1 to 40 lower-case letters, digits and hyphens, such as "half-half"';
const trueOrFalse = 'true or false';

/** Control characters and text-direction overrides would reach the terminal of everybody who reads the menu. */
const printable = /^[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,80}$/u;

const idSchema = z.string({ error: id }).regex(/^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$/, { error: id });
const textSchema = z.string({ error: text }).trim().regex(printable, { error: text });
const minutesSchema = z.number({ error: minutes }).min(0, { error: minutes }).max(1_440, { error: minutes });
const wonSchema = z
  .number({ error: won })
  .refine((n) => Number.isInteger(n) && n >= 100 && n <= 10_000_000, { error: won });

const nameFields = z.strictObject({ ko: textSchema, en: textSchema }, { error: `${text}, or {ko: …, en: …}` });
const nameSchema = z.preprocess((name) => (typeof name === 'string' ? { ko: name, en: name } : name), nameFields);

const itemSchema = z.strictObject(
  {
    id: idSchema,
    name: nameSchema,
    priceWon: wonSchema,
    soldOut: z.boolean({ error: trueOrFalse }).default(false),
    prepMinutes: minutesSchema.optional(),
  },
  { error: 'an item: {id: …, name: …, priceWon: …}' },
);

const items = 'a list of at least one item';
const storeSchema = z.strictObject(
  {
    id: idSchema,
    name: nameSchema,
    autoAccept: z.boolean({ error: trueOrFalse }).default(true),
    prepMinutes: minutesSchema.default(15),
    rideMinutes: minutesSchema.default(15),
    items: z.array(itemSchema, { error: items }).min(1, { error: items }),
  },
  { error: 'a store: its id, name and items' },
);

const stores = 'a list of at least one store';

/** What a catalogue file holds. The message of every issue is what was expected there. */
export const catalogSchema = z.strictObject(
  { stores: z.array(storeSchema, { error: stores }).min(1, { error: stores }) },
  { error: '`stores:` and below it the list of stores' },
);

export type Catalog = z.infer<typeof catalogSchema>;
