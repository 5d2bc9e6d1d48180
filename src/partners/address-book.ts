import type { Lang } from '../actors/notifier/texts.ts';

/** How to reach somebody. `phone`: digits only, with the leading 0, such as 01012345678; `lang`: default Korean. */
export type Contact = { phone?: string; lang?: Lang };

/** Who can be reached how. A file of ours keeps this (contacts-file.ts); so may a directory of customers elsewhere. */
export interface AddressBook {
  /**
   * @param recipient a customer's id, or `owner:` and the id of a store
   * @returns nothing where nobody knows them
   * @throws what is worth trying again
   */
  find(recipient: string): Promise<Contact | undefined>;
}
