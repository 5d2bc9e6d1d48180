import type { SimProcess } from './sim-process.ts';

/** Something that is to happen. Without an owner it happens in the world outside all processes. */
export type Due = { at: number; turn: number; owner: SimProcess | undefined; run: (() => void) | undefined };

/** Noon of some day: when every simulated world begins, epoch milliseconds. */
export const noon = 1_800_000_000_000;

/** What is to happen and when, soonest first, and at the same time in the order in which it was asked for. No real time passes. */
export class Timeline {
  now = noon;
  /** How much has happened so far. */
  steps = 0;
  private readonly heap: Due[] = [];
  private turns = 0;

  /** @param afterMs milliseconds from now; whatever is no number is none */
  after(afterMs: number, run: () => void, owner?: SimProcess): Due {
    const due = { at: this.now + Math.max(afterMs || 0, 0), turn: this.turns++, owner, run };
    this.push(due);
    return due;
  }

  /** It happens at a later time instead. */
  postpone(due: Due, at: number): void {
    due.at = at;
    this.push(due);
  }

  /** The next that is to happen, now being its time; undefined where nothing is left. */
  next(): Due | undefined {
    const [first] = this.heap;
    if (!first) return undefined;
    const last = this.heap.pop()!;
    if (last !== first) this.sink(last);
    this.now = Math.max(this.now, first.at);
    return first;
  }

  private push(due: Due): void {
    const { heap } = this;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (isBefore(heap[above]!, due)) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = due;
  }

  /** Puts `due` where the first was, and what is sooner above it. */
  private sink(due: Due): void {
    const { heap } = this;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (isBefore(due, heap[below]!)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = due;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn);
