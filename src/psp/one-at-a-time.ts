/** Lets those who want the same thing have it one after the other. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<void>>();

  async run<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing);
    let done = () => {};
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    this.#last.set(thing, mine);
    try {
      await before;
      return await work();
    } finally {
      if (this.#last.get(thing) === mine) this.#last.delete(thing);
      done();
    }
  }
}
