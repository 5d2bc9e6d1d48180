import type { Report } from '../../simulation/report.ts';
import { AlreadySaid, Interrupted } from '../exit-code.ts';
import { catalogOf, menuInUse } from '../menu-in-use.ts';
import { ownPspAddress } from '../own-psp.ts';
import { print, printJson, say } from '../print.ts';
import { simulationLines } from '../print-simulation.ts';
import type { Settings } from '../settings.ts';
import { table } from '../show.ts';
import { attachedStage, mustBeHarmless } from '../simulation/attached.ts';
import { onOwnPlatform } from '../simulation/on-own-platform.ts';
import { play, type Run } from '../simulation/play.ts';
import { openReportFile, type ReportFile, ReportNotWritten } from '../simulation/report-file.ts';
import { Said } from '../simulation/said.ts';
import { type ScriptFlags, scriptFrom, shippedScript, shippedScripts } from '../simulation/script-from.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = ScriptFlags & { list?: boolean; report?: string; attach?: boolean; restartBroker?: string; data?: string };

const stopping = 'Stopping: nobody comes any more, and what is under way is waited for.';

/** `baedal simulate`: exit code 0 where everything was kept that was promised, 1 otherwise. */
export async function simulate(settings: Settings, flags: Flags, name?: string): Promise<void> {
  if (flags.list) {
    list(settings);
    return;
  }
  const menu = flags.attach ? menuInUse(settings) : catalogOf(settings);
  const script = scriptFrom(menu, flags, name);
  const file = flags.report === undefined ? undefined : openReportFile(flags.report);
  const watched = new Said();
  const signal = untilSignal(stopping, ['SIGINT', 'SIGTERM', 'SIGHUP'], watched.say);
  const run: Run = { settings, attached: flags.attach === true, menu, script, watched, signal };
  const report = await (flags.attach ? onRunning(run) : onOwnPlatform(run, flags));
  // Printed first: whatever becomes of the file, this is not lost.
  if (settings.json) printJson(report);
  else for (const line of simulationLines(report, settings.lang)) print(line);
  if (file) await write(file, report, flags.report);
  if (signal.aborted) throw new Interrupted();
  if (!report.passed) throw new AlreadySaid('simulation-failed');
}

/** Stdout has the report already, so what went wrong with the file is for stderr alone. */
async function write(file: ReportFile, report: Report, path: string | undefined): Promise<void> {
  try {
    await file.write(report);
  } catch (error) {
    if (!(error instanceof ReportNotWritten)) throw error;
    say(error.message);
    throw new AlreadySaid(error.code);
  }
  say(`The report is in ${path}.`);
}

function list(settings: Settings): void {
  const scripts = shippedScripts().map((name) => shippedScript(name, catalogOf(settings)));
  if (settings.json) {
    printJson(scripts.map(({ name, about }) => ({ name, about })));
    return;
  }
  print(
    table(
      ['SCRIPT', 'WHAT HAPPENS'],
      scripts.map(({ name, about }) => [name, about]),
    ),
  );
}

/** On one that runs already, and that nothing is done to. */
function onRunning(run: Run): Promise<Report> {
  const { settings, script } = run;
  mustBeHarmless(script);
  return play(run, attachedStage, settings.psp ?? ownPspAddress(settings));
}
