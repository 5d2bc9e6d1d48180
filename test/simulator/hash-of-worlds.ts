import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { simulate } from '../../simulator/simulate.ts';

/** SHA-256 of all that happened in these worlds: every story, every event and every count, as hexadecimal digits. */
export async function hashOfWorlds(from: number, count: number): Promise<string> {
  const hash = createHash('sha256');
  for (let seed = from; seed < from + count; seed++)
    hash.update(JSON.stringify(await simulate(seed, { telling: true })));
  return hash.digest('hex');
}

// Started as a program, with the first seed and how many, it prints the hash.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(await hashOfWorlds(Number(process.argv[2]), Number(process.argv[3])));
