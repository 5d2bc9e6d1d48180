/** Data goes to stdout. */
export const print = (line = ''): void => void process.stdout.write(`${line}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value));
/** Progress, logs and errors go to stderr. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);
