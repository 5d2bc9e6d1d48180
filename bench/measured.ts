import { type Figure, lineOf, median, shown } from './figures.ts';

/** A figure of a run, and which cell of which table it is: `what` names the row. `rounds`: what each round came to; `is` is their median. */
export type Measured = Figure & { table: string; column: string; rounds?: number[] };

/** Where a figure belongs, and its target, if it has one. */
export type Cell = { table: string; column: string; what: string; unit: string } & Pick<Figure, 'atMost' | 'atLeast'>;

/** The figures of a run, in the order in which they were measured. Each is printed as it comes, under the column that it is of. */
export class Figures {
  readonly all: Measured[] = [];
  private under = '';

  constructor(private readonly print: (text: string) => void) {}

  /** @param values what each round came to, or the one figure */
  add(cell: Cell, values: number | readonly number[]): void {
    const rounds = typeof values === 'number' ? [values] : [...values];
    const measured = { ...cell, is: median(rounds), ...(rounds.length > 1 && { rounds }) };
    this.all.push(measured);
    const heading = `${cell.table}, ${cell.column}`;
    if (heading !== this.under) this.print(`\n${heading}`);
    this.under = heading;
    const each = rounds.length > 1 ? `  (${rounds.map(shown).join(', ')})` : '';
    this.print(`${lineOf(measured)}${each}`);
  }

  /** What is no figure: what is measured now, or what could not be. */
  say(text: string): void {
    this.under = '';
    this.print(text);
  }
}
