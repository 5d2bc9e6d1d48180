import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { documentFile, written } from '../../bench/document.ts';
import { Figures } from '../../bench/measured.ts';
import { keepRun, readRun } from '../../bench/run.ts';
import { UsageError } from '../../src/cli/exit-code.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const circumstances = {
  ...{ command: 'npm run bench -- journeys', at: Date.UTC(2026, 10, 5, 23), node: '20.1.0', cores: 2 },
  rabbitMq: '3.10.8',
};
const document = `Before.
<!-- figures: journeys -->
what was there
<!-- /figures -->
Between.
<!-- figures: peers -->
as it was
<!-- /figures -->
`;

function measured() {
  const figures = new Figures(() => {});
  const cell = (column: string, what: string, unit: string) => ({ table: 'journeys', column, what, unit });
  figures.add(cell('embedded', 'whole journeys', 'orders/s'), [1_000, 1_500.4, 1_200]);
  figures.add(cell('RabbitMQ', 'whole journeys', 'orders/s'), 900);
  figures.add({ ...cell('RabbitMQ', '÷ ceiling', '×'), atLeast: 2 }, 1.5);
  return { circumstances, figures: figures.all };
}

test('a table has a row for each thing, a column for each of what, the median of the rounds, and what is missed', () => {
  assert.is(
    written(document, measured()),
    `Before.
<!-- figures: journeys -->

\`npm run bench -- journeys\`, 2026-11-05, on 2 cores; Node 20.1.0, RabbitMQ 3.10.8.

|                | target | embedded                     | RabbitMQ      |
| -------------- | ------ | ---------------------------- | ------------- |
| whole journeys |        | 1,200 orders/s (1,000–1,500) | 900 orders/s  |
| ÷ ceiling      | ≥ 2 ×  |                              | 1.5 ×, missed |

<!-- /figures -->
Between.
<!-- figures: peers -->
as it was
<!-- /figures -->
`,
  );
});

test('it is written the same way once more', () => {
  const once = written(document, measured());
  assert.is(written(once, measured()), once);
});

test('a table without a place is refused', () => {
  assert.throws(
    () => written('Nothing.', measured()),
    (error: Error) =>
      error instanceof UsageError && error.message.startsWith('There is no place for the table "journeys"'),
  );
});

test('the document has a place for every table, and no figures are in it that no run has made', () => {
  const text = readFileSync(documentFile, 'utf8');
  const places = [...text.matchAll(/<!-- figures: (\S+) -->\n([\s\S]*?)<!-- \/figures -->/g)];
  assert.equal(
    places.map(([, table]) => table),
    [
      'journeys',
      'peers',
      'processes',
      'placing',
      'http',
      'in-flight',
      'stored',
      'read',
      'questions',
      'dashboard',
      'profile',
    ],
  );
  for (const [, table, figures] of places) assert.match(figures!, /^\n`npm run bench.*`, \d{4}-.*\n\n\|/, table);
});

test('a run that was kept is read again, and what is none is refused', () => {
  const folder = tempFolder();
  const file = folder.file('figures.json');
  keepRun(file, measured());
  assert.equal(readRun(file), measured());
  for (const text of ['{', '{}', 'null']) {
    writeFileSync(file, text);
    assert.throws(
      () => readRun(file),
      (error: Error) => error instanceof UsageError && error.message.includes(' cannot be used: '),
    );
  }
  assert.throws(() => readRun(folder.file('none.json')), /cannot be used/);
  folder.remove();
});

test.run();
