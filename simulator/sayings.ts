import type { AnyEnvelope } from '../src/broker/envelope.ts';

/**
 * Every message that was ever heard. Handling one message says each thing once, under one id: whatever is said under two was decided
 * twice, and whatever two things are said under one id are taken for one.
 */
export class Sayings {
  /** What is wrong, a sentence each. */
  readonly broken: string[] = [];
  private readonly idOf = new Map<string, string>();
  private readonly said = new Map<string, string>();

  hear({ id, type, key, cause, data }: Pick<AnyEnvelope, 'id' | 'type' | 'key' | 'cause'> & { data: object }): void {
    const text = JSON.stringify(data);
    const before = this.said.get(id);
    if (before === undefined) this.said.set(id, text);
    else if (before !== text) this.broken.push(`Two different ${type} of ${key} were said under one id, ${id}.`);
    if (before !== undefined || cause === undefined) return;
    const { recipient = '', about = '' } = data as { recipient?: string; about?: string };
    const saying = `${cause} ${type} ${key} ${recipient} ${about}`;
    const first = this.idOf.get(saying);
    if (first === undefined) this.idOf.set(saying, id);
    else this.broken.push(`${type} of ${key} came of the message ${cause} twice, as ${first} and as ${id}.`);
  }
}
