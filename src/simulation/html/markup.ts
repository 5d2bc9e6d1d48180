/** Text that is HTML already: only `html` makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Part = Markup | string | number | false | undefined | readonly Part[];

/** HTML with parts put in. Whatever is not HTML by `html` itself is text, and stays text in the page. Nothing is put in for false and undefined. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.map((string, i) => string + (i < parts.length ? written(parts[i]) : '')).join(''));

function written(part: Part): string {
  if (part === false || part === undefined) return '';
  if (part instanceof Markup) return part.text;
  return typeof part === 'object' ? part.map(written).join('') : escaped(String(part));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it stands in an element and in a quoted attribute. Control characters, which HTML has no way to write, are shown as unknown. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (letter) => entities[letter]!);

/** A value as JSON that may stand in a script element: nothing in it ends the element or begins a comment. */
export const jsonInScript = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
