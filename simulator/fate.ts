/**
 * Decides whatever is open in a simulated world, from one seed. Each question has a stream of numbers of its own, found by its name: so
 * taking one answer out of a story leaves all the others what they were, and stories can be shrunk.
 *
 * The answer 0, or no, is always as it should be; any other is a departure, and has a name that `muted` can take out: `<question>` for
 * all of them, or `<question>#<n>` for the nth.
 */
export class Fate {
  /** From now on no fault happens. What people do is no fault. */
  calm = false;
  /** Every departure so far. */
  readonly departures: string[] = [];
  private readonly streams = new Map<string, Stream>();

  constructor(
    readonly seed: number,
    private readonly muted: ReadonlySet<string> = new Set(),
    /** Told of each departure as it happens. */
    private readonly onDeparture: (name: string) => void = () => {},
  ) {}

  /** Whether something happens that happens `percent` times in a hundred. */
  happens(question: string, percent: number): boolean {
    if (percent <= 0) return false;
    const stream = this.stream(question);
    return stream.next() < percent / 100 && this.departs(question, stream.count);
  }

  /** The same, of something that should not be. */
  fault(question: string, percent: number): boolean {
    return !this.calm && this.happens(question, percent);
  }

  /** One of these, the first of which is as it should be. */
  pick<T>(question: string, choices: readonly T[]): T {
    const stream = this.stream(question);
    const choice = Math.floor(stream.next() * choices.length);
    return choices[choice > 0 && this.departs(question, stream.count) ? choice : 0]!;
  }

  /** From 0 up to 1. How wide something is spread is no departure. */
  random(question: string): number {
    return this.stream(question).next();
  }

  private stream(question: string): Stream {
    let stream = this.streams.get(question);
    if (!stream) {
      stream = new Stream(this.seed, question);
      this.streams.set(question, stream);
    }
    return stream;
  }

  private departs(question: string, count: number): boolean {
    const name = `${question}#${count}`;
    if (this.muted.size > 0 && (this.muted.has(question) || this.muted.has(name))) return false;
    this.departures.push(name);
    this.onDeparture(name);
    return true;
  }
}

/** Numbers from 0 up to 1: mulberry32, begun at a hash of the seed and the name. */
class Stream {
  count = 0;
  private state: number;

  constructor(seed: number, name: string) {
    let hash = 0x811c9dc5 ^ seed;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    this.state = hash ^ Math.imul(seed, 0x9e3779b1);
  }

  next(): number {
    this.count++;
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
