import { statSync } from 'node:fs';
import { z } from 'zod';
import { reasonOf } from '../errors.ts';
import { readYaml, type YamlKind } from '../yaml/read-yaml.ts';
import type { AddressBook, Contact } from './address-book.ts';
import { phoneOf } from './phone.ts';

const phone = 'a phone number in Korea in quotes, such as "010-1234-5678"';
const lang = 'ko or en';
const contact = 'a contact: {phone: "010-1234-5678", lang: en}';
const people = 'each person with a contact, such as kim: {phone: "010-1234-5678"}';

const contactSchema = z.strictObject(
  {
    phone: z
      .string({ error: phone })
      .refine((text) => phoneOf(text) !== undefined, { error: phone })
      .optional(),
    lang: z.enum(['ko', 'en'], { error: lang }).optional(),
  },
  { error: contact },
);
const schema = z.record(z.string(), contactSchema, { error: people });

const kind: YamlKind<z.infer<typeof schema>> = {
  title: 'The address book',
  code: 'bad-contacts',
  expected: people,
  schema,
};

export type ContactsFileOptions = {
  /** A clock that never jumps, milliseconds. */
  elapsed(): number;
  /** Told why a changed file is not used; the contacts from before are. */
  onProblem(reason: string): void;
  /** Whether the file has changed is looked up at most this often, milliseconds, default 1000. */
  lookEveryMs?: number;
};

/**
 * An address book in a YAML file: a person a line. It may be changed while it is in use: it is read again then, and where it has a mistake
 * the one from before stays in use.
 */
export class ContactsFile implements AddressBook {
  private contacts: ReadonlyMap<string, Contact>;
  private seen: string;
  private lookedAt: number;

  /** @throws {BadFile} it cannot be read, or has mistakes; it lists them all with their lines */
  constructor(
    private readonly file: string,
    private readonly options: ContactsFileOptions,
  ) {
    this.seen = stampOf(file);
    this.contacts = read(file);
    this.lookedAt = options.elapsed();
  }

  /** How many people are in it. */
  get size(): number {
    return this.contacts.size;
  }

  async find(recipient: string): Promise<Contact | undefined> {
    this.lookAgain();
    return this.contacts.get(recipient);
  }

  private lookAgain(): void {
    const { elapsed, onProblem, lookEveryMs = 1_000 } = this.options;
    if (elapsed() < this.lookedAt + lookEveryMs) return;
    this.lookedAt = elapsed();
    const stamp = stampOf(this.file);
    if (stamp === this.seen) return;
    this.seen = stamp;
    try {
      this.contacts = read(this.file);
    } catch (error) {
      onProblem(`${reasonOf(error)}\nThe contacts from before stay in use.`);
    }
  }
}

const read = (file: string): ReadonlyMap<string, Contact> =>
  new Map(
    Object.entries(readYaml(file, kind)).map(([recipient, { phone, lang }]) => [
      recipient,
      { ...(phone !== undefined && { phone: phoneOf(phone)! }), ...(lang !== undefined && { lang }) },
    ]),
  );

/** Another one after each change, also where another file was put in its place. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    return reasonOf(error); // reading it says the same, and what to do
  }
}
