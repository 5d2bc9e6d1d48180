import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from '../test/harness/terminal.ts';

const withinMs = 5_000;

/** Presses a key, and measures how long until what was written since has `sign` in it, milliseconds; as it comes, not as it is looked for. */
async function timeOf(terminal: Terminal, key: string, sign: string | RegExp): Promise<number> {
  let written = '';
  let stop = () => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const pressedAt = performance.now();
      timer = setTimeout(
        () => reject(new Error(`${key} changed nothing that was to be seen:\n${terminal.text()}`)),
        withinMs,
      );
      stop = terminal.onOutput((text) => {
        written += text;
        if (written.search(sign) >= 0) resolve(performance.now() - pressedAt);
      });
      void terminal.press(key);
    });
  } finally {
    clearTimeout(timer);
    stop();
  }
}

/** Not in step with anything that the dashboard does at regular times. */
const pause = (i: number) => sleep(120 + ((i * 37) % 100));

/** Opens and closes the help over a list in which every row is a new one at each look. */
export async function timeHelp(terminal: Terminal, times: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    await pause(i);
    took.push(await timeOf(terminal, '?', /Any key closes/));
    await pause(i + 1);
    took.push(await timeOf(terminal, '?', /ORDER/));
  }
  return took;
}

/** Goes down and up in the orders of one customer, where rows stay in their places. */
export async function timeMoves(terminal: Terminal, times: number): Promise<number[]> {
  const took: number[] = [];
  await terminal.press('m');
  await terminal.waitFor('Orders · customer-');
  for (let i = 0; i < times; i++) {
    await pause(i);
    const by = i % 10 < 5 ? 1 : -1;
    const rows = terminal.screen();
    const [id] = /\S+/.exec(rows[rows.findIndex((line) => line.startsWith('▸')) + by]!)!;
    took.push(await timeOf(terminal, by > 0 ? 'Down' : 'Up', new RegExp(String.raw`▸(\s|\x1b\[\d+m)*${id}`)));
  }
  await terminal.press('Escape');
  return took;
}

/** Types a filter that nothing matches, so that every order in flight is searched at each letter. */
export async function timeTyping(terminal: Terminal, times: number): Promise<number[]> {
  const took: number[] = [];
  const word = 'zqxjzqxj';
  for (let i = 0; took.length < times; i++) {
    await terminal.press('/', word[0]!);
    for (let length = 2; length <= word.length; length++) {
      await pause(i + length);
      took.push(await timeOf(terminal, word[length - 1]!, word.slice(0, length)));
    }
    await terminal.press('Escape');
  }
  return took;
}
