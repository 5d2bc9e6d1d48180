import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';

const line = z.strictObject({
  at: z.int().nonnegative(),
  messageId: z.string(),
  type: z.enum(['ATA', 'SMS', 'LMS']),
  to: z.string(),
  from: z.string(),
  text: z.string(),
  templateId: z.string().optional(),
  variables: z.record(z.string(), z.string()).optional(),
  disableSms: z.boolean().optional(),
  customFields: z.record(z.string(), z.string()),
});

/** A message that was accepted. `at`: epoch milliseconds; `text`: as its recipient reads it. */
export type LedgerLine = z.infer<typeof line>;

/** A line of the file is no line of a ledger. */
export class LedgerDamaged extends Error {
  readonly code = 'ledger-damaged';
  constructor(path: string, number: number, cause: unknown) {
    super(
      `Line ${number} of ${path} is no line of a ledger. Move the file away, or choose another one with --ledger.`,
      {
        cause,
      },
    );
  }
}

/** The file in which the provider writes down what it accepted, a line of JSON each. Nothing is answered for before it is in there. */
export class Ledger {
  #last: Promise<unknown> = Promise.resolve();
  /** Bytes that count, and whether there may be more. */
  #length: number;
  #torn = false;

  private constructor(
    private readonly file: FileHandle,
    length: number,
    /** Everything that was accepted, the oldest first. */
    readonly lines: LedgerLine[],
  ) {
    this.#length = length;
  }

  /**
   * Opens the file, which is made for this user alone (mode 0600) where it is missing, and reads it. A last line that a crash cut short is
   * taken away; it was never answered for.
   * @throws {LedgerDamaged} a line is no line of a ledger
   * @throws {Error} with the system's code, such as EACCES
   */
  static async open(path: string): Promise<Ledger> {
    await (await open(path, 'a', 0o600)).close();
    const file = await open(path, 'r+');
    try {
      const bytes = await file.readFile();
      const length = bytes.lastIndexOf(0x0a) + 1;
      const lines = bytes.toString('utf8', 0, length).split('\n').slice(0, -1);
      const ledger = new Ledger(
        file,
        length,
        lines.map((text, index) => parse(path, index + 1, text)),
      );
      if (length < bytes.length) await file.truncate(length);
      return ledger;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** @throws the system's error; then the lines do not count */
  async append(lines: readonly LedgerLine[]): Promise<void> {
    if (lines.length === 0) return;
    const text = lines.map((one) => `${JSON.stringify(one)}\n`).join('');
    const written = this.#last.then(async () => {
      await this.#store(Buffer.from(text));
      this.lines.push(...lines);
    });
    this.#last = written.catch(() => undefined);
    await written;
  }

  async #store(bytes: Buffer): Promise<void> {
    if (this.#torn) await this.file.truncate(this.#length);
    this.#torn = true;
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.#length + done);
        done += bytesWritten;
      }
      await this.file.datasync();
    } catch (error) {
      // What was called a failure must not be found after a restart; where that fails too, the next write tries again.
      await this.file.truncate(this.#length).catch(() => undefined);
      throw error;
    }
    this.#length += bytes.length;
    this.#torn = false;
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#last;
    await this.file.close();
  }
}

function parse(path: string, number: number, text: string): LedgerLine {
  try {
    return line.parse(JSON.parse(text));
  } catch (cause) {
    throw new LedgerDamaged(path, number, cause);
  }
}
