/** Ours that are of use to every program. The last one lets the test runner find what a test left behind. */
const kept = ['PATH', 'HOME', 'USER', 'TMPDIR', 'BAEDAL_TEST_FILE_RUN'];

/** What a person's terminal gives to a program, with `env` laid over it; undefined takes a variable away.
 * Ours would not do: a test run is told to use no colours, and a CI to draw nothing that moves. */
export function terminalEnvironment(
  env: Record<string, string | undefined>,
  ours: Record<string, string | undefined> = process.env,
): Record<string, string> {
  const bare = Object.fromEntries(kept.map((name) => [name, ours[name]]));
  const all = { ...bare, TERM: 'xterm-256color', LANG: 'en_US.UTF-8', ...env };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
