import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Check, Finding } from '../../src/cli/doctor/finding.ts';
import { baedal, type Ended, type Settings as Run } from '../harness/baedal.ts';

/** What `baedal doctor --json` said, and how it ended. */
export type Diagnosis = Ended & {
  ok: boolean;
  problems: number;
  /** All that it found about one thing. */
  of(check: Check): Finding[];
  /** The only finding about it. */
  one(check: Check): Finding;
};

/** Runs `baedal doctor --json ARGS`. */
export async function diagnose(run: Run, ...args: string[]): Promise<Diagnosis> {
  const ended = await baedal(['doctor', '--json', ...args], run);
  assert.is(ended.stderr, '');
  const { ok, problems, findings } = JSON.parse(ended.stdout) as { ok: boolean; problems: number; findings: Finding[] };
  const of = (check: Check) => findings.filter((finding) => finding.check === check);
  const one = (check: Check) => {
    assert.is(of(check).length, 1, JSON.stringify(of(check)));
    return of(check)[0]!;
  };
  return { ...ended, ok, problems, of, one };
}

/** Every file below a folder with a digest of its content; a database's shared memory, which is SQLite's to write, by its name alone. */
export function filesBelow(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const digest = (name: string) =>
    name.endsWith('-shm')
      ? 'shm'
      : createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex');
  return Object.fromEntries(
    names.map((name) => [name, statSync(join(folder, name)).isFile() ? digest(name) : 'no file']),
  );
}
