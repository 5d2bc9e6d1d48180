import { harmless } from './harmless.ts';

/** Data goes to stdout, such that nothing in it commands the terminal. */
export const print = (line = ''): void => printStyled(harmless(line));
/** Likewise, where the line has colours, and whatever came from outside is harmless already. */
export const printStyled = (line: string): void => void process.stdout.write(`${line}\n`);
/** In JSON what would command a terminal can be written in other words. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));
/** Progress, logs and errors go to stderr. */
export const say = (line: string): void => void process.stderr.write(`${harmless(line)}\n`);
