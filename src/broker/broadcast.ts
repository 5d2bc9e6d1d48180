import { warnOf } from './warn.ts';

/** What is broadcast -> what travels. Undefined where it is nothing that JSON can say. */
export function textOf(body: object): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined; // a circle, or a number too large
  }
}

/** Gives a listener what travelled, unless it is no JSON object. A listener that throws is warned of. */
export function tell(listener: (body: unknown) => void, text: string): void {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof body !== 'object' || body === null) return;
  try {
    listener(body);
  } catch (thrown) {
    warnOf(thrown, 'A listener to broadcasts');
  }
}
