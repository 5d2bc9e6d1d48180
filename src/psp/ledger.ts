import { type FileHandle, open } from 'node:fs/promises';
import { type LedgerLine, type OnLine, readLines } from './ledger-lines.ts';

type Waiting = { text: string; resolve: () => void; reject: (error: unknown) => void };

/**
 * The file in which the provider writes down what it captured, cancelled and declined, a line of JSON each. What comes while a write is
 * under way shares the next one.
 */
export class Ledger {
  #waiting: Waiting[] = [];
  #busy = false;
  #idle = Promise.resolve();
  #closed = false;
  /** Whether there may be something after `#length` that does not count. */
  #torn = false;
  #length: number;

  private constructor(
    private readonly file: FileHandle,
    length: number,
  ) {
    this.#length = length;
  }

  /**
   * Opens the file, which is made for this user alone (mode 0600) where it is missing, and reads it. Only one process may have it open.
   * @param onLine is given every line there is; what it throws is taken as damage of the line
   * @throws {LedgerDamaged} a line is no line of a ledger
   * @throws {Error} with the system's code, such as EACCES
   */
  static async open(path: string, onLine: OnLine): Promise<Ledger> {
    await (await open(path, 'a', 0o600)).close();
    const file = await open(path, 'r+');
    try {
      const bytes = await file.readFile();
      const length = readLines(path, bytes, onLine);
      if (length < bytes.length) await file.truncate(length);
      return new Ledger(file, length);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Resolves once the line would survive a power cut. @throws the system's error; then the line does not count */
  append(line: LedgerLine): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('The ledger is closed.'));
      this.#waiting.push({ text: `${JSON.stringify(line)}\n`, resolve, reject });
      if (!this.#busy) this.#idle = this.#writeAll();
    });
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    if (this.#closed) return this.#idle;
    this.#closed = true;
    await this.#idle;
    await this.file.close();
  }

  async #writeAll(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#store(Buffer.from(group.map(({ text }) => text).join('')));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#busy = false;
  }

  async #store(bytes: Buffer): Promise<void> {
    if (this.#torn) await this.#mend();
    this.#torn = true;
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.#length + done);
        done += bytesWritten;
      }
      await this.file.datasync();
    } catch (error) {
      await this.#mend().catch(() => undefined); // the next write tries again
      throw error;
    }
    this.#length += bytes.length;
    this.#torn = false;
  }

  /** What was called a failure must not be found after a restart. */
  async #mend(): Promise<void> {
    await this.file.truncate(this.#length);
    await this.file.datasync();
    this.#torn = false;
  }
}
