/** Something to wait on that changes from outside. */
export type Waiting = {
  /** Resolves to what `look` gives once it gives a text.
   * @param what names it in the error
   * @throws {Error} `withinMs` milliseconds passed, or nothing can change any more */
  readonly until: (look: () => string | undefined, what: string, withinMs: number) => Promise<string>;
  /** Something changed: whoever waits looks again. */
  readonly changed: () => void;
};

/** @param screen the lines that there are to see when waiting was in vain
 * @param isOver nothing will change any more */
export function waiting(screen: () => string[], isOver: () => boolean): Waiting {
  const show = () =>
    screen()
      .map((line) => `│${line}`)
      .join('\n');
  const looks = new Set<() => void>();
  return {
    changed: () => {
      for (const look of looks) look();
    },
    until: (look, what, withinMs) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void) => {
          clearTimeout(timer);
          looks.delete(lookAgain);
          finish();
        };
        const fail = (why: string) => settle(() => reject(new Error(`${why} and the screen ${what}:\n${show()}`)));
        const lookAgain = () => {
          const seen = look();
          if (seen !== undefined) settle(() => resolve(seen));
          else if (isOver()) fail('The program has ended');
        };
        const timer = setTimeout(() => fail(`${withinMs} ms passed`), withinMs);
        looks.add(lookAgain);
        lookAgain();
      }),
  };
}
