import { BaedalError } from '../errors.ts';

/** One mistake in a catalogue. `line` and `column` count from 1; a mistake of the file as a whole has neither. */
export type Mistake = { line?: number; column?: number; field?: string; what: string };

/** How many mistakes the message lists; `mistakes` has them all. */
const listed = 50;

/** The catalogue cannot be used. The message has one line for every mistake, in the order of the file. */
export class CatalogError extends BaedalError {
  readonly code = 'bad-catalog';
  readonly retry = false;

  constructor(
    readonly file: string,
    readonly mistakes: readonly Mistake[],
    cause?: unknown,
  ) {
    super(sentence(file, mistakes), { cause });
  }
}

function sentence(file: string, mistakes: readonly Mistake[]): string {
  const lines = mistakes.slice(0, listed).map((mistake) => `  ${visible(`${place(file, mistake)} ${mistake.what}`)}`);
  if (mistakes.length > listed) lines.push(`  … and ${mistakes.length - listed} more.`);
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return [`The catalogue cannot be used; it has ${count}:`, ...lines].join('\n');
}

const place = (file: string, { line, column, field }: Mistake): string =>
  `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}:${field ? ` ${field}:` : ''}`;

/** What could steer the terminal, or break the line, is shown as its code. */
const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
