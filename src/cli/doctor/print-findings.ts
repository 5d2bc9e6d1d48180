import chalk from 'chalk';
import type { Lang } from '../../actors/notifier/texts.ts';
import { cellsOf } from '../cells.ts';
import { harmless } from '../harmless.ts';
import { counted, type Finding, listed, type Result } from './finding.ts';
import { type Heading, headings, signs } from './words.ts';
import { filled, wrapped } from './wrap.ts';

/** Cells of a line, where the terminal does not say, or is wider than anybody wants to read. */
const usual = 80;
const widest = 110;
const narrowest = 40;

const colours: Record<Result, (text: string) => string> = {
  ok: chalk.green,
  warning: chalk.yellow,
  problem: chalk.red,
  unchecked: chalk.gray,
};

type Row = { label: string; finding: Finding };

/** The findings as lines, under their headings. @param columns of the terminal, if there is one */
export function linesOf(findings: readonly Finding[], lang: Lang, columns = usual): string[] {
  const width = Math.min(widest, Math.max(narrowest, columns));
  const all = headings(lang);
  const labels = widestOf(all.flatMap(({ checks }) => checks.map(({ label }) => label)));
  const words = widestOf(Object.values(signs).map(({ word }) => word[lang]));
  const indent = ' '.repeat(2 + labels + 2 + 2 + words + 2);
  const room = width - indent.length;

  const row = ({ label, finding: { result, found, cure, run } }: Row): string[] => {
    const { sign, word } = signs[result];
    const state = colours[result](`${sign} ${filled(word[lang], words)}`);
    const [first = '', ...rest] = wrapped(harmless(found), room);
    return [
      `  ${filled(label, labels)}  ${state}  ${first}`,
      ...rest.map((line) => indent + line),
      ...(cure ? wrapped(`→ ${harmless(cure)}`, room, 2).map((line) => indent + line) : []),
      // Never broken, so that it can be copied.
      ...(run ? [`${indent}  ${chalk.bold(`$ ${harmless(run)}`)}`] : []),
    ];
  };
  return all.flatMap((heading, i) => [
    ...(i > 0 ? [''] : []),
    chalk.bold(heading.title),
    ...rowsOf(heading, findings).flatMap(row),
  ]);
}

/** What stands under a heading. Checks that could not be made for the same reason share a row. */
function rowsOf({ checks }: Heading, findings: readonly Finding[]): Row[] {
  const rows = checks.flatMap(({ check, label }) =>
    findings
      .filter((finding) => finding.check === check)
      .map((finding, i) => ({ label: i === 0 ? label : '', finding })),
  );
  const like = (row: Row) => rows.filter(({ label, finding }) => label !== '' && isAlike(finding, row.finding));
  return rows.flatMap((row) => {
    const merges = row.label !== '' && row.finding.result === 'unchecked';
    const [first, ...others] = merges ? like(row) : [row];
    if (row !== first) return [];
    if (others.length === 0) return [row];
    const found = `${row.finding.found} Nor: ${listed(others.map(({ label }) => label))}.`;
    return [{ ...row, finding: { ...row.finding, found } }];
  });
}

const isAlike = (a: Finding, b: Finding): boolean => a.result === b.result && a.found === b.found;

/** The sentence at the end. */
export function summaryOf(findings: readonly Finding[]): string {
  const number = (result: Result) => findings.filter((finding) => finding.result === result).length;
  const [problems, warnings, open] = [number('problem'), number('warning'), number('unchecked')];
  const rest = `${counted(warnings, 'warning')}${open > 0 ? `, ${open} not checked` : ''}`;
  if (problems > 0) return `${counted(problems, 'problem')}, ${rest}.`;
  return warnings + open > 0 ? `No problem, ${rest}.` : 'All is well.';
}

const widestOf = (texts: readonly string[]): number => Math.max(...texts.map(cellsOf));
