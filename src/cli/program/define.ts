import type { Command } from 'commander';
import type { Settings } from '../settings.ts';

/** What a command's action is given: the settings, its own flags, and its arguments. */
export type Action<F> = (settings: Settings, flags: F, ...args: string[]) => Promise<void>;

/** A lazily loaded action: only the command that runs is imported. */
export function run<F extends object>(load: () => Promise<Action<F>>) {
  return async function (this: Command, ...given: unknown[]): Promise<void> {
    const args = given.slice(0, -2).flat() as string[];
    const flags = this.optsWithGlobals<F>();
    const { settingsFrom } = await import('../settings.ts');
    const settings = await settingsFrom(flags as object);
    await (await load())(settings, flags, ...args);
  };
}

/** As `run`, for an action that is given the flags alone: also where the settings cannot be used. */
export function runWithFlags<F extends object>(load: () => Promise<(flags: F) => Promise<void>>) {
  return async function (this: Command): Promise<void> {
    await (await load())(this.optsWithGlobals<F>());
  };
}

/** The examples that a command's help begins with. */
export const examples = (...lines: string[]): string => `Examples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
