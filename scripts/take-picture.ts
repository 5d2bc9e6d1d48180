import { setTimeout as sleep } from 'node:timers/promises';
import { baedal, type Running, spawnBaedal } from '../test/harness/baedal.ts';
import { tempFolder } from '../test/harness/temp-folder.ts';
import { openTerminal, type Terminal } from '../test/harness/terminal.ts';
import type { Scene, SceneStep, Stage } from './scene.ts';
import { terminalSvg } from './terminal-svg.ts';

/** Plays a scene with the real program, in a data folder of its own, and draws the screen at its end.
 * @throws {Error} the screen never showed what a step waits for; the message has what it showed */
export async function takePicture(scene: Scene): Promise<string> {
  const { name, title, args, columns = 100, rows = 30, lang } = scene;
  const folder = tempFolder();
  const env = { BAEDAL_DATA: folder.file('data'), BAEDAL_LANG: lang, HOME: folder.path };
  const running: Running[] = [];
  let terminal: Terminal | undefined;
  let cleanUp: undefined | (() => Promise<void>);
  try {
    cleanUp = await scene.before?.(stageOf(env, running));
    terminal = openTerminal(args, { columns, rows, env, cwd: folder.path });
    let ended = false;
    for (const step of scene.steps) {
      await play(step, terminal);
      ended ||= step === 'end';
    }
    const lines = terminal.lines();
    const last = ended ? lines.findLastIndex(({ width }) => width > 0) : lines.length - 1;
    const caption = ['baedal', ...args].join(' ');
    return terminalSvg({ caption, title, columns, lines: lines.slice(0, last + 1) });
  } catch (cause) {
    throw new Error(`The picture ${name} could not be taken.`, { cause });
  } finally {
    await terminal?.close();
    await cleanUp?.();
    for (const { kill } of running.reverse()) await kill();
    folder.remove();
  }
}

async function play(step: SceneStep, terminal: Terminal): Promise<void> {
  if (step === 'end') await terminal.ended;
  else if ('press' in step) await terminal.press(...step.press);
  else if ('waitFor' in step) await terminal.waitFor(step.waitFor);
  else await sleep(step.wait);
}

const stageOf = (env: Record<string, string>, running: Running[]): Stage => ({
  env,
  baedal: async (...args) => {
    const { code, stdout, stderr } = await baedal(args, { env });
    if (code !== 0) throw new Error(`baedal ${args.join(' ')} ended with ${code}.\n${stdout}${stderr}`);
    return stdout;
  },
  beside: async (ready, ...args) => {
    const program = spawnBaedal(args, { env });
    running.push(program);
    await program.waitForLine(ready);
  },
});
