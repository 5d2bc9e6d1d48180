import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { brokenRules } from '../scripts/check-imports.js';
import { findTestFiles } from '../scripts/test-runner.js';
import { tempFolder } from './harness/temp-folder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the rules say to these files below src. */
function rulesOn(files: Record<string, string>): string[] {
  const folder = tempFolder();
  for (const [name, source] of Object.entries(files)) {
    const file = join(folder.path, 'src', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }
  const broken = brokenRules(folder.path);
  folder.remove();
  return broken;
}

test('imports run one way', () => {
  assert.equal(brokenRules(root), []);
});

test('every test file runs its tests', () => {
  const files = findTestFiles(join(root, 'test'));
  assert.ok(files.length > 0);
  for (const file of files)
    assert.match(readFileSync(file, 'utf8'), /\.run\(\);?\s*$/, `${file} must end with \`.run()\``);
});

test('the actors import nothing but each other', () => {
  assert.equal(
    rulesOn({
      'actors/a.ts': "import type { B } from './order/b.ts';\nimport { z } from 'zod';\nimport fs from 'node:fs';\n",
      'actors/order/b.ts': "import {\n  BaedalError,\n} from '../../errors.ts';\n",
      'errors.ts': '',
    }),
    [
      'src/actors/a.ts imports zod: the actors import nothing outside src/actors.',
      'src/actors/a.ts imports node:fs: the actors import nothing outside src/actors.',
      'src/actors/order/b.ts imports src/errors.ts: the actors import nothing outside src/actors.',
    ],
  );
});

test('no part imports one above or beside it, be it for a type or later', () => {
  assert.equal(
    rulesOn({
      'broker/a.ts': "import type { R } from '../readmodel/r.ts';",
      'readmodel/r.ts': "export const later = () => import('../broker/a.ts');",
      'catalog/c.ts': "import '../cli/main.ts';",
      'cli/main.ts': "import '../broker/a.ts';\nimport '../errors.ts';",
      'sqlite/s.ts': "import '../actors/x.ts';",
      'errors.ts': '',
      'new/n.ts': "import '../cli/main.ts';",
      'actors/x.ts': '',
    }).slice(0, 5),
    [
      'src/broker/a.ts imports src/readmodel/r.ts: src/broker may import actors.',
      'src/catalog/c.ts imports src/cli/main.ts: src/catalog may import actors, yaml.',
      'src/new/n.ts imports src/cli/main.ts: src/new is no part that scripts/check-imports.js knows.',
      'src/readmodel/r.ts imports src/broker/a.ts: src/readmodel may import actors.',
      'src/sqlite/s.ts imports src/actors/x.ts: src/sqlite serves every part and knows none.',
    ],
  );
});

test('the payment provider shares no code with the rest, and only the command line starts it', () => {
  assert.equal(
    rulesOn({
      'psp/a.ts':
        "import { z } from 'zod';\nimport '../errors.ts';\nimport type { M } from '../actors/m.ts';\nimport './b.ts';",
      'psp/b.ts': "import 'node:fs';\nimport '../sqlite/s.ts';",
      'partners/p.ts': "import '../psp/a.ts';",
      'cli/c.ts': "import '../psp/a.ts';",
      'sqlite/s.ts': '',
      'actors/m.ts': '',
      'errors.ts': '',
    }),
    [
      'src/partners/p.ts imports src/psp/a.ts: src/partners may import actors, yaml.',
      'src/psp/a.ts imports src/actors/m.ts: the payment provider shares no code with the platform.',
      'src/psp/a.ts imports src/errors.ts: the payment provider shares no code with the platform.',
      'src/psp/b.ts imports src/sqlite/s.ts: the payment provider shares no code with the platform.',
    ],
  );
});

test('fastify serves the providers to try things out with and the HTTP door alone', () => {
  assert.equal(
    rulesOn({
      'psp/a.ts': "import { fastify } from 'fastify';",
      'http/b.ts': "import { fastify } from 'fastify';",
      'cli/c.ts': "import { fastify } from 'fastify';",
    }),
    ['src/cli/c.ts imports fastify: only src/psp/, src/kakao/, src/http/, src/gateway/ may.'],
  );
});

test('amqplib and better-sqlite3 stay where they are at home', () => {
  assert.equal(
    rulesOn({
      'broker/rabbitmq/a.ts': "import amqp from 'amqplib';",
      'broker/embedded/b.ts': "import Database from 'better-sqlite3';",
      'cli/main.ts': "import amqp from 'amqplib';\nimport type { Database } from 'better-sqlite3';",
    }),
    [
      'src/cli/main.ts imports amqplib: only src/broker/rabbitmq/ may.',
      'src/cli/main.ts imports better-sqlite3: only src/sqlite/, src/broker/embedded/, src/broker/host/, src/readmodel/, src/partners/ may.',
    ],
  );
});

test('circles are found, types included', () => {
  assert.equal(
    rulesOn({
      'actors/a.ts': "import { b } from './b.ts';",
      'actors/b.ts': "import { c } from './c.ts';",
      'actors/c.ts': "import type { A } from './a.ts';",
    }),
    ['A circle: src/actors/a.ts → src/actors/b.ts → src/actors/c.ts → src/actors/a.ts.'],
  );
});

test('the environment, the console and the end of the process are not for everybody, and there are no barrels', () => {
  assert.equal(
    rulesOn({
      'cli/settings.ts': "export const data = process.env['BAEDAL_DATA'];",
      'cli/up.ts':
        "// not process.env here\n/** nor console.log */\nconst a = process.env['A'];\nconsole.log(a);\nprocess.exit(1);",
      'broker/all.ts': "export * from './one.ts';",
      'broker/one.ts': "export type { Database } from 'better-types';\nexport const one = 1;",
    }),
    [
      'src/broker/all.ts passes on what another file exports: import it from there.',
      'src/cli/up.ts:3 uses process.env: take it as a parameter.',
      'src/cli/up.ts:4 uses console: take where to write as a parameter.',
      'src/cli/up.ts:5 uses process.exit: return an exit code.',
    ],
  );
});

test.run();
