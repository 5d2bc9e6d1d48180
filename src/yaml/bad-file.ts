import { BaedalError } from '../errors.ts';

/** A kind of file that people write. */
export type FileKind = {
  /** What it is called at the beginning of a sentence, such as `The catalogue`. */
  title: string;
  /** The code of its errors. */
  code: string;
  /** What is expected in one that is empty. */
  expected: string;
};

/** One mistake in a file. `line` and `column` count from 1; a mistake of the file as a whole has neither. */
export type Mistake = { line?: number; column?: number; field?: string; what: string };

/** How many mistakes the message lists; `mistakes` has them all. */
const listed = 50;

/** A file that somebody wrote cannot be used. The message has one line for every mistake, in the order of the file. */
export class BadFile extends BaedalError {
  readonly code: string;
  readonly retry = false;

  constructor(
    kind: FileKind,
    readonly file: string,
    readonly mistakes: readonly Mistake[],
    cause?: unknown,
  ) {
    super(sentence(kind, file, mistakes), { cause });
    this.code = kind.code;
  }
}

function sentence({ title }: FileKind, file: string, mistakes: readonly Mistake[]): string {
  const lines = mistakes.slice(0, listed).map((mistake) => `  ${visible(`${place(file, mistake)} ${mistake.what}`)}`);
  if (mistakes.length > listed) lines.push(`  … and ${mistakes.length - listed} more.`);
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return [`${title} cannot be used; it has ${count}:`, ...lines].join('\n');
}

const place = (file: string, { line, column, field }: Mistake): string =>
  `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}:${field ? ` ${field}:` : ''}`;

/** What could steer the terminal, or break the line, is shown as its code. */
const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
