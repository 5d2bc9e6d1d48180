import { z } from 'zod';

const schema = z.strictObject({
  at: z.int().nonnegative(),
  kind: z.enum(['captured', 'cancelled', 'declined']),
  orderId: z.string().min(1),
  paymentKey: z.string(),
  amountWon: z.int().positive(),
});

/** What happened: `at` epoch milliseconds, `paymentKey` empty where it was declined. */
export type LedgerLine = z.infer<typeof schema>;

export type OnLine = (line: LedgerLine) => void;

/** A line of the file is no line of a ledger, or does not go with those before it. */
export class LedgerDamaged extends Error {
  readonly code = 'ledger-damaged';
  constructor(path: string, line: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `Line ${line} of ${path} is no line of a ledger (${why}). Restore the file from a backup, or choose another one with --ledger.`,
      { cause },
    );
  }
}

const newline = 0x0a;
const beginning = '{"at":';

/**
 * Hands on every line. A last one that a crash cut short is left out; it was never answered for.
 * @returns how many bytes the complete lines take
 * @throws {LedgerDamaged}
 */
export function readLines(path: string, bytes: Buffer, onLine: OnLine): number {
  let from = 0;
  let number = 1;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
    try {
      onLine(parseLine(bytes.toString('utf8', from, end)));
    } catch (cause) {
      throw new LedgerDamaged(path, number, cause);
    }
    from = end + 1;
    number += 1;
  }
  const rest = bytes.toString('utf8', from, from + beginning.length);
  // Somebody's notes, say, are not ours to cut.
  if (!beginning.startsWith(rest)) throw new LedgerDamaged(path, number, 'it is something else');
  return from;
}

function parseLine(text: string): LedgerLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
  const read = schema.safeParse(json);
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    throw new Error([...path, message].join(': '));
  }
  if ((read.data.paymentKey === '') !== (read.data.kind === 'declined')) throw new Error('paymentKey: it does not fit');
  return read.data;
}
