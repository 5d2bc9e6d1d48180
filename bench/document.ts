import { fileURLToPath } from 'node:url';
import { UsageError } from '../src/cli/exit-code.ts';
import { isMissed, shown, targetOf } from './figures.ts';
import type { Measured } from './measured.ts';
import type { Circumstances, Run } from './run.ts';

/** The document whose tables are made from figures. */
export const documentFile = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

/**
 * Puts the tables of a run into a document, each between `<!-- figures: NAME -->` and `<!-- /figures -->`. Those that the run has no
 * figures of stay as they are.
 * @throws {UsageError} the document has no place for a table
 */
export function written(document: string, { circumstances, figures }: Run): string {
  let text = document;
  for (const table of new Set(figures.map((figure) => figure.table))) {
    const place = new RegExp(`(<!-- figures: ${table} -->\n)[\\s\\S]*?(<!-- /figures -->)`);
    if (!place.test(text))
      throw new UsageError(
        `There is no place for the table "${table}" in ${documentFile}: write <!-- figures: ${table} --> and <!-- /figures --> where it is to be.`,
      );
    const own = figures.filter((figure) => figure.table === table);
    text = text.replace(
      place,
      (_all, begin, end) => `${begin}\n${sentenceOn(circumstances)}\n\n${tableOf(own)}\n\n${end}`,
    );
  }
  return text;
}

function sentenceOn({ command, at, node, cores, rabbitMq, redis }: Circumstances): string {
  const versions = [`Node ${node}`, rabbitMq && `RabbitMQ ${rabbitMq}`, redis && `Redis ${redis}`].filter(Boolean);
  return `\`${command}\`, ${new Date(at).toISOString().slice(0, 10)}, on ${cores} cores; ${versions.join(', ')}.`;
}

/** A row for each thing measured and a column for each of what, and the targets, where there are some. */
function tableOf(figures: readonly Measured[]): string {
  const columns = [...new Set(figures.map(({ column }) => column))];
  const rows = [...new Set(figures.map(({ what }) => what))];
  const targets = rows.map((row) => [...new Set(figures.filter(({ what }) => what === row).map(targetOf))].join(''));
  const hasTargets = targets.some((target) => target !== '');
  const lines = rows.map((row, i) => [
    row,
    ...(hasTargets ? [targets[i]!] : []),
    ...columns.map((column) => cellOf(figures.find((figure) => figure.what === row && figure.column === column))),
  ]);
  return markdownOf([['', ...(hasTargets ? ['target'] : []), ...columns], ...lines]);
}

/** The figure, the lowest and highest of its rounds, and whether it misses its target. */
function cellOf(figure: Measured | undefined): string {
  if (!figure) return '';
  const { is, unit, rounds } = figure;
  const range = rounds ? ` (${shown(Math.min(...rounds))}–${shown(Math.max(...rounds))})` : '';
  return `${`${shown(is)} ${unit}`.trim()}${range}${isMissed(figure) ? ', missed' : ''}`;
}

function markdownOf([head, ...rows]: string[][]): string {
  const widths = head!.map((_, i) => Math.max(3, ...[head!, ...rows].map((cells) => cells[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
