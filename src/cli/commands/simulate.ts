import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Menu } from '../../actors/menu.ts';
import { redactUrl } from '../../broker/rabbitmq/broker-url.ts';
import type { Progress, Report } from '../../simulation/report.ts';
import type { Script } from '../../simulation/script.ts';
import { Simulation } from '../../simulation/simulation.ts';
import type { Stage } from '../../simulation/stage.ts';
import { showsByItself } from '../dashboard/has-terminal.ts';
import { AlreadySaid, Interrupted } from '../exit-code.ts';
import { catalogOf, menuInUse } from '../menu-in-use.ts';
import { newId } from '../new-id.ts';
import { now, openBroker, transportOf } from '../open-broker.ts';
import { ownPspAddress } from '../own-psp.ts';
import { print, printJson, say } from '../print.ts';
import { simulationLines } from '../print-simulation.ts';
import type { Settings } from '../settings.ts';
import { table } from '../show.ts';
import { attachedStage, mustBeHarmless } from '../simulation/attached.ts';
import { auditUntilCalm } from '../simulation/audit-until-calm.ts';
import { leftBehind, OwnPlatform } from '../simulation/own-platform.ts';
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
  const report = await (flags.attach ? onRunning : onOwn)({ settings, flags, menu, script, watched, signal });
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

type Run = {
  settings: Settings;
  flags: Flags;
  menu: Menu;
  script: Script;
  watched: Said;
  /** Somebody wants it to end. */
  signal: AbortSignal;
};

/** On a platform of its own, of which nothing is left where everything was kept. */
async function onOwn(run: Run): Promise<Report> {
  const { settings, flags, script, watched } = run;
  const temporary = flags.data === undefined;
  const own: Settings = {
    ...settings,
    data: temporary ? mkdtempSync(join(tmpdir(), 'baedal-simulate-')) : settings.data,
    namespace: `simulate-${randomBytes(4).toString('hex')}`,
  };
  let keep = !temporary;
  let keepQueues = false;
  const remove = () => keep || rmSync(own.data, { recursive: true, force: true });
  const abandon = () => {
    remove();
    if (transportOf(own) === 'rabbitmq') say(leftBehind(own));
  };
  process.once('exit', abandon); // also where the process ends from within
  const failed = new AbortController();
  const ends: string[] = [];
  try {
    say(`Starting a platform for ${script.name} …`);
    const platform = await OwnPlatform.start({
      settings: own,
      script,
      restartBroker: flags.restartBroker,
      onLine: watched.say,
      onEnd: (why) => {
        ends.push(why);
        failed.abort();
      },
    });
    try {
      const signal = AbortSignal.any([run.signal, failed.signal]);
      const report = await play({ ...run, settings: own, signal }, platform, platform.pspUrl);
      const failures = [...ends, ...report.failures];
      if (failures.length > 0 && !run.signal.aborted) {
        keep = keepQueues = true;
        const broker = transportOf(own) === 'embedded' ? '' : ` --broker ${redactUrl(own.broker)}`;
        say(`What it left is kept: BAEDAL_NAMESPACE=${own.namespace} baedal order list --data ${own.data}${broker}`);
      }
      return { ...report, failures, passed: report.passed && failures.length === 0 };
    } finally {
      await platform.close(keepQueues);
    }
  } finally {
    process.off('exit', abandon);
    remove();
  }
}

/** On one that runs already, and that nothing is done to. */
function onRunning(run: Run): Promise<Report> {
  const { settings, script } = run;
  mustBeHarmless(script);
  return play(run, attachedStage, settings.psp ?? ownPspAddress(settings));
}

/** Plays the script and shows how far it has come; the report says how it ended. */
async function play(run: Run, stage: Stage, pspUrl: string | undefined): Promise<Report> {
  const { settings, flags, menu, script, watched, signal } = run;
  const broker = await openBroker(settings, 'client');
  const prefix = `sim-${randomBytes(3).toString('hex')}-`;
  const ours = (orderId: string) => !flags.attach || orderId.startsWith(prefix);
  try {
    const simulation = new Simulation({
      script,
      menu,
      broker,
      on: transportOf(settings) === 'embedded' ? 'the embedded broker' : `RabbitMQ at ${redactUrl(settings.broker)}`,
      stage,
      audit: (withinMs) => auditUntilCalm(settings, pspUrl, withinMs, ours),
      machine: { cores: availableParallelism(), node: process.version },
      now,
      elapsed: () => performance.now(),
      newId,
      prefix,
    });
    const over = new AbortController();
    const progress = (): Progress => ({ ...simulation.progress(), said: watched.lines });
    const shown = follow(settings, progress, watched, over.signal);
    try {
      return await simulation.run(signal);
    } finally {
      over.abort();
      await shown;
    }
  } finally {
    await broker.close();
  }
}

/** Shows how far it has come, on a screen where there is one, until `signal` comes. */
async function follow(settings: Settings, progress: () => Progress, watched: Said, signal: AbortSignal): Promise<void> {
  if (!showsByItself(settings)) {
    const { tellProgress } = await import('../simulation/plain-progress.ts');
    const telling = tellProgress({ progress, say });
    if (signal.aborted)
      telling.stop(); // it was over before we had what tells of it
    else signal.addEventListener('abort', () => telling.stop(), { once: true });
    return;
  }
  watched.shown = true;
  const { showSimulation } = await import('../simulation/view.tsx'); // React and Ink take their time
  const onStop = () => process.kill(process.pid, 'SIGINT'); // as Ctrl-C where nobody shows anything
  try {
    await showSimulation({ progress, lang: settings.lang, onStop, signal });
  } finally {
    watched.shown = false;
  }
}
