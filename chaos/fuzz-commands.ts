import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '../src/simulation/random.ts';
import { order, stage } from '../test/cli/platform-under-test.ts';
import { type Running, spawnBaedal } from '../test/harness/baedal.ts';
import { tempFolder } from '../test/harness/temp-folder.ts';
import { closing, everyStep } from './closing.ts';
import type { Drill } from './drill.ts';
import { commandLines, isEndless } from './fuzz/command-lines.ts';
import { CommandsChild } from './fuzz/commands-child.ts';
import { type Outcome, wrongWith } from './fuzz/outcome.ts';

/** One command line in so many is run as a process of its own, as all of those are that go on until they are stopped. */
const share = 40;
/** What goes on until it is stopped is, after so many milliseconds; and must have ended after so many more. */
const runMs = 2_500;
const endMs = 30_000;

/** Random words on every command. */
export const fuzzCommands: Drill<'invocations' | 'seed'> = {
  name: 'fuzz-commands',
  what: 'Every command is given flags and arguments that are right, wrong, or nothing at all.',
  usual: { invocations: 3_000, seed: 1 },
  run: async ({ invocations, seed }, { say }) => {
    const at = stage('sqlite:');
    const folder = tempFolder();
    const cwd = folder.file('cwd');
    mkdirSync(cwd);
    const env = { ...at.env, NO_COLOR: '1', FORCE_COLOR: '0' };
    let up: Running | undefined;
    const child = new CommandsChild(cwd, env);
    const close = closing(() => everyStep([child.close, () => up?.kill('SIGKILL'), at.cleanUp, folder.remove]));
    try {
      up = await at.up('--quiet');
      const placed = await at.json(...order('--wait', 'delivered'));
      const next = commandLines(randomFrom(seed), folder.path, placed.data.orderId);
      const ended: string[] = [];
      let processes = 0;
      for (let number = 1; number <= invocations; number++) {
        const words = next();
        const alone = isEndless(words);
        if (alone && number % 5 > 0) words.push('--help'); // they take long
        const apart = alone || number % share === 0;
        if (apart) processes++;
        const wrong = wrongWith(apart ? await asProcess(words, cwd, env) : await child.run(words));
        if (wrong !== undefined) ended.push(`Command line ${number} of seed ${seed}, ${wrong}`);
        if (number % 500 === 0) say(`${number} of ${invocations} command lines`);
      }
      const isUp = await Promise.race([up.ended.then(() => false), at.run('queues').then(({ code }) => code === 0)]);
      if (!isUp) ended.push('The platform beside them does not run any more.');
      await up.kill();
      return {
        figures: [
          { what: 'command lines', is: invocations, unit: '' },
          { what: 'of them as processes of their own', is: processes, unit: '' },
          { what: 'that crashed, hung, or said what they must not', is: ended.length, unit: '', atMost: 0 },
        ],
        broken: ended,
      };
    } finally {
      await close();
    }
  },
};

/** As a user runs it, with a stdin that is no text and ends. What has not ended by itself is asked to. */
async function asProcess(words: readonly string[], cwd: string, env: Record<string, string>): Promise<Outcome> {
  const running = spawnBaedal(words, { cwd, env: { ...env, TMPDIR: join(cwd, '..') } });
  running.write('\u0000\u0001\ufffd\u001b[2J\n');
  let late = false;
  const ask = setTimeout(() => process.kill(running.pid, 'SIGTERM'), runMs);
  const force = setTimeout(() => {
    late = true;
    process.kill(running.pid, 'SIGKILL');
  }, runMs + endMs);
  const { code, signal, stdout, stderr } = await running.ended;
  clearTimeout(ask);
  clearTimeout(force);
  // Who is asked to end before it listens for that ends by the signal itself, as every program does.
  return {
    words,
    code: signal === 'SIGTERM' ? 130 : code,
    stdout,
    stderr: signal === 'SIGTERM' ? 'stopped' : stderr,
    late,
  };
}
