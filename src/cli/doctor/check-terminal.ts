import type { Facts } from './facts.ts';
import { type Finding, ok, warning } from './finding.ts';

/** What the dashboard needs. */
const least = { columns: 80, rows: 24 };

/** Whether the dashboard can be shown here, and is to be read. */
export function checkTerminal({ terminal }: Facts): Finding[] {
  const { isTerminal, columns, rows, colours, noColor, term, locale, ci, hangulCells = 2 } = terminal;
  if (!isTerminal) {
    const where = ci ? 'None, as this is a CI' : 'None';
    return [ok('terminal', `${where}: commands print lines, and there is no dashboard.`)];
  }
  const findings: Finding[] = [];
  if (term === 'dumb')
    findings.push(
      warning('terminal', 'TERM=dumb: it can only print, so `up` and `demo` show no dashboard.', {
        cure: 'In a terminal that can do more, say so.',
        run: 'export TERM=xterm-256color',
      }),
    );
  if (columns < least.columns || rows < least.rows)
    findings.push(
      warning('terminal', `${columns}×${rows}: the dashboard needs ${least.columns}×${least.rows}.`, {
        cure: 'Make the window larger, or its letters smaller.',
      }),
    );
  if (!/utf-?8/i.test(locale))
    findings.push(
      warning('terminal', `The locale is ${locale || 'not set'}, not UTF-8: Hangul and signs may be unreadable.`, {
        run: 'export LC_ALL=C.UTF-8',
        cure: 'Use one of UTF-8.',
      }),
    );
  else if (hangulCells !== 2)
    findings.push(
      warning(
        'terminal',
        `It draws a letter of Hangul in ${hangulCells} cells, not 2: columns do not stand straight.`,
        {
          cure: 'Choose a font with Hangul, and see that the terminal itself takes its text for UTF-8.',
        },
      ),
    );
  if (findings.length > 0) return findings;
  const shown = noColor
    ? 'no colours, as NO_COLOR asks'
    : colours > 2
      ? `${colours.toLocaleString('en-US')} colours`
      : 'no colours';
  return [ok('terminal', `${columns}×${rows}, ${term || 'TERM not set'}, ${shown}, ${locale}.`)];
}
