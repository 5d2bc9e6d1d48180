import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnScript } from '../harness/baedal.ts';
import { eventually } from '../harness/eventually.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const test = suite('drills that are interrupted');
const chaos = fileURLToPath(new URL('../../chaos/chaos.ts', import.meta.url));
const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** What still has to do with a folder: mounts, processes, files. */
function leftIn(folder: string): string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid);
  const environments = processes.map(
    (pid) => `${pid}: ${read(`/proc/${pid}/cmdline`)} ${read(`/proc/${pid}/environ`)}`,
  );
  return [
    ...[...mounts, ...environments].filter((one) => one.includes(folder)),
    ...readdirSync(folder).filter((name) => name.startsWith('baedal-')),
  ];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

/** Starts a drill on a disk of its own in this folder, and waits until the platform is being started there. */
async function drillIn(folder: string) {
  const running = spawnScript(chaos, ['disk-full', '--broker', 'embedded'], { env: { TMPDIR: folder } });
  await eventually(() => leftIn(folder).some((one) => one.includes('baedal.js\0up\0')), { withinMs: 60_000 });
  return running;
}

for (const [signal, code] of Object.entries(codes) as [keyof typeof codes, number][])
  for (const times of [1, 2])
    test(`${signal} ${times === 1 ? '' : 'and once more '}ends with ${code}, and leaves no mount, no process and no folder behind`, async () => {
      const folder = tempFolder();
      const running = await drillIn(folder.path);
      try {
        process.kill(running.pid, signal);
        await running.waitForLine(`${signal}: closing what is open.`);
        if (times === 2) process.kill(running.pid, signal);
        const ended = await running.ended;
        assert.is(ended.code, code);
        assert.not.match(ended.stdout, 'not carried through');
        // A process that was killed is there until its parent has heard of it.
        await eventually(() => assert.equal(leftIn(folder.path), []));
      } finally {
        await running.kill('SIGKILL');
        folder.remove();
      }
    });

test.run();
