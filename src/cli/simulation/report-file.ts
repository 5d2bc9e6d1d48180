import { closeSync, openSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { BaedalError, reasonOf } from '../../errors.ts';
import type { Report } from '../../simulation/report.ts';
import { UsageError } from '../exit-code.ts';

export type ReportFile = {
  /** @throws {ReportNotWritten} the disk is full, or the folder is gone meanwhile */
  write(report: Report): Promise<void>;
};

/** The report had a place when it was asked for, and has none now. */
export class ReportNotWritten extends BaedalError {
  readonly code = 'report-not-written';
  readonly retry = false;
}

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
      const text = kind === '.json' ? `${JSON.stringify(report, undefined, 2)}\n` : await pageOf(report);
      try {
        writeFileSync(path, text);
      } catch (cause) {
        throw new ReportNotWritten(
          `The report could not be written to ${path} (${reasonOf(cause)}). What is on stdout is all that there is of it.`,
          { cause },
        );
      }
    },
  };
}

async function pageOf(report: Report): Promise<string> {
  const { reportPage } = await import('../../simulation/html/report-page.ts');
  return reportPage(report);
}
