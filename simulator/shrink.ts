import { breathe } from './breathe.ts';
import { type Options, type Run, simulate } from './simulate.ts';

/**
 * The plainest story in which the same rule is broken: departures are taken out, many at once at first, for as long as it still breaks.
 * @param tries how many worlds to try at most, default 500
 * @param signal stops it; the plainest story so far is what there is. Default nothing does
 */
export async function shrink(found: Run, options: Options = {}, tries = 500, signal?: AbortSignal): Promise<Run> {
  const rule = found.broken[0]?.rule;
  const muted = new Set<string>();
  let departures = [...found.departures];
  let left = tries;

  /** Takes these out, if it breaks without them too. */
  const without = async (names: readonly string[]): Promise<boolean> => {
    await breathe();
    if (signal?.aborted) left = 0;
    if (left-- <= 0) return false;
    const run = await simulate(found.seed, { ...options, muted: new Set([...muted, ...names]) });
    if (!run.broken.some((one) => one.rule === rule)) return false;
    for (const name of names) muted.add(name);
    departures = [...run.departures];
    return true;
  };
  /** Goes through all the names, so many at a time; fewer and fewer. */
  const takeOut = async (namesNow: () => string[]): Promise<void> => {
    for (
      let size = Math.ceil(namesNow().length / 2);
      size >= 1 && left > 0;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    )
      for (let at = 0; at < namesNow().length && left > 0; ) {
        if (!(await without(namesNow().slice(at, at + size)))) at += size;
      }
  };

  await takeOut(() => [...new Set(departures.map(questionOf))]);
  await takeOut(() => departures);
  return simulate(found.seed, { ...options, muted, telling: true });
}

/** What was asked when this departure came of it. */
const questionOf = (departure: string): string => departure.slice(0, departure.lastIndexOf('#'));
