/** How a check came out. `unchecked`: it could not be made, and `found` says why. */
export type Result = 'ok' | 'warning' | 'problem' | 'unchecked';

/** What is looked at, in the order in which it is shown. Programs may rely on these names. */
export const checks = [
  'node',
  'sqlite',
  'terminal',
  'clock',
  'settings',
  'catalog',
  'folder',
  'disk',
  'databases',
  'read-model',
  'broker',
  'queues',
  'home',
  'alarms',
  'waiting',
  'dead-letters',
  'actors',
  'payment',
  'messages',
] as const;
export type Check = (typeof checks)[number];

/** What one check found. */
export type Finding = {
  check: Check;
  result: Result;
  /** In a sentence. */
  found: string;
  /** What to do about it, in a sentence. */
  cure?: string;
  /** The command that does it, to be typed as it is. */
  run?: string;
  /** Whether it means that the broker cannot be reached. Default false. */
  brokerAway?: boolean;
};

type Todo = Pick<Finding, 'cure' | 'run'>;

export const ok = (check: Check, found: string): Finding => ({ check, result: 'ok', found });
export const warning = (check: Check, found: string, todo: Todo): Finding => ({
  check,
  result: 'warning',
  found,
  ...todo,
});
export const problem = (check: Check, found: string, todo: Todo): Finding => ({
  check,
  result: 'problem',
  found,
  ...todo,
});
/** @param why ends the sentence "Not checked: …" */
export const unchecked = (check: Check, why: string): Finding => ({
  check,
  result: 'unchecked',
  found: `Not checked: ${why}.`,
});

/** `a`, `a and b`, `a, b and c`; of many only the first few. */
export function listed(names: readonly string[], most = 6): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `1 queue`, `2 queues`. */
export const counted = (n: number, what: string): string => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;

/** A word as a shell takes it. */
export const inShell = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
