import chalk from 'chalk';
import type { Lang } from '../../actors/notifier/texts.ts';
import { cellsOf } from '../cells.ts';
import { harmless } from '../show.ts';
import { counted, type Finding, type Result } from './finding.ts';
import { headings, signs } from './words.ts';

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

/** The findings as lines, under their headings. @param columns of the terminal, if there is one */
export function linesOf(findings: readonly Finding[], lang: Lang, columns = usual): string[] {
  const width = Math.min(widest, Math.max(narrowest, columns));
  const all = headings(lang);
  const words = widestOf(Object.values(signs).map(({ word }) => word[lang]));
  const labels = widestOf(all.flatMap(({ checks }) => checks.map(({ label }) => label)));
  const lines: string[] = [];
  for (const { title, checks } of all) {
    const rows = checks.flatMap(({ check, label }) =>
      findings
        .filter((finding) => finding.check === check)
        .map((finding, i) => ({ finding, label: i === 0 ? label : '' })),
    );
    if (rows.length === 0) continue;
    if (lines.length > 0) lines.push('');
    lines.push(chalk.bold(title));
    for (const { finding, label } of rows) lines.push(...linesOfOne(finding, label));
  }
  return lines;

  function linesOfOne({ result, found, cure, run }: Finding, label: string): string[] {
    const { sign, word } = signs[result];
    const before = `  ${filled(label, labels)}  `;
    const state = `${sign} ${filled(word[lang], words)}`;
    const indent = ' '.repeat(cellsOf(before) + cellsOf(state) + 2);
    const room = width - indent.length;
    const [first = '', ...rest] = wrapped(harmless(found), room);
    return [
      `${before}${colours[result](state)}  ${first}`.trimEnd(),
      ...rest.map((line) => indent + line),
      ...(cure ? wrapped(`→ ${harmless(cure)}`, room, 2).map((line) => indent + line) : []),
      // Never broken, so that it can be copied.
      ...(run ? [`${indent}  ${chalk.bold(`$ ${harmless(run)}`)}`] : []),
    ];
  }
}

/** The sentence at the end. */
export function summaryOf(findings: readonly Finding[]): string {
  const number = (result: Result) => findings.filter((finding) => finding.result === result).length;
  const [problems, warnings, open] = [number('problem'), number('warning'), number('unchecked')];
  const rest = `${counted(warnings, 'warning')}${open > 0 ? `, ${open} not checked` : ''}`;
  if (problems > 0) return `${counted(problems, 'problem')}, ${rest}.`;
  return warnings + open > 0 ? `No problem, ${rest}.` : 'All is well.';
}

/** Words in lines of at most `room` cells; one that is longer, an address say, is broken. @param hanging cells before all but the first */
export function wrapped(text: string, room: number, hanging = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, room - hanging))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && cellsOf(longer) > room) {
      lines.push(line);
      line = ' '.repeat(hanging) + word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** A word in pieces that fit. */
function pieces(word: string, room: number): string[] {
  if (cellsOf(word) <= room) return [word];
  const found = [''];
  for (const letter of word) {
    if (cellsOf(found.at(-1) + letter) > room) found.push('');
    found[found.length - 1] += letter;
  }
  return found;
}

const widestOf = (texts: readonly string[]): number => Math.max(...texts.map(cellsOf));
const filled = (text: string, cells: number): string => text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
