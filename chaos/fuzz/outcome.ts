/** How a command line ended. */
export type Outcome = { words: readonly string[]; code: number | null; stdout: string; stderr: string; late: boolean };

const contract = [0, 1, 2, 3, 4, 5, 6, 130];

/** What must not reach a terminal: whatever would move its cursor, change its colours, or turn a line around. Line feeds and tabs may. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const commanding = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What is wrong with how a command line ended, in a sentence; undefined where nothing is. */
export function wrongWith({ words, code, stdout, stderr, late }: Outcome): string | undefined {
  const said = (what: string) =>
    `${JSON.stringify(words)}: ${what}: ${JSON.stringify((stderr || stdout).slice(0, 500))}`;
  if (late) return said('it did not end');
  if (code === null || !contract.includes(code)) return said(`it ended with ${code}, which means nothing`);
  if (/\n\s+at .*:\d+:\d+|node:internal|Something went wrong that should not/.test(`\n${stderr}`))
    return said('it crashed');
  if (code !== 0 && !/\p{L}{3,}/u.test(stderr) && !/\p{L}{3,}/u.test(stdout))
    return said(`it ended with ${code} and did not say why`);
  if (commanding.test(stdout) || commanding.test(stderr)) return said('it commands the terminal');
  if (words.includes('--json') && !isJson(stdout) && !/^(Examples|Usage):|^\d+\.\d+\.\d+\n$/.test(stdout))
    return said('its --json is none');
  return undefined;
}

/** One value, or one a line, or nothing. */
function isJson(text: string): boolean {
  try {
    for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
