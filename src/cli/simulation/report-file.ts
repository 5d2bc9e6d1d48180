import { closeSync, openSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { reasonOf } from '../../errors.ts';
import type { Report } from '../../simulation/report.ts';
import { UsageError } from '../exit-code.ts';

export type ReportFile = { write(report: Report): Promise<void> };

/**
 * Where the report goes. It is opened before anything else happens: nobody is to hear after an hour that it cannot be written.
 * @throws {UsageError} it cannot
 */
export function openReportFile(path: string): ReportFile {
  const kind = extname(path).toLowerCase();
  if (!['.html', '.htm', '.json'].includes(kind))
    throw new UsageError(`The report is a .html or a .json file, not "${path}".`);
  try {
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    throw new UsageError(`The report cannot be written to ${path} (${reasonOf(cause)}). Choose another place.`, {
      cause,
    });
  }
  return {
    write: async (report) => {
      if (kind === '.json') return writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
      const { reportPage } = await import('../../simulation/html/report-page.ts');
      writeFileSync(path, reportPage(report));
    },
  };
}
