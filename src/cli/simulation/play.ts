import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Menu } from '../../actors/menu.ts';
import { redactUrl } from '../../broker/rabbitmq/broker-url.ts';
import { newId } from '../../client/new-id.ts';
import type { Progress, Report } from '../../simulation/report.ts';
import type { Script } from '../../simulation/script.ts';
import { Simulation } from '../../simulation/simulation.ts';
import type { Stage } from '../../simulation/stage.ts';
import { showsByItself } from '../dashboard/has-terminal.ts';
import { now, openBroker, transportOf } from '../open-broker.ts';
import { say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { auditUntilCalm } from './audit-until-calm.ts';
import type { Said } from './said.ts';

/** A script to be played, and where. */
export type Run = {
  settings: Settings;
  /** On a platform that others use too. */
  attached: boolean;
  menu: Menu;
  script: Script;
  watched: Said;
  /** Somebody wants it to end. */
  signal: AbortSignal;
};

/** Plays the script and shows how far it has come; the report says how it ended. */
export async function play(run: Run, stage: Stage, pspUrl: string | undefined): Promise<Report> {
  const { settings, attached, menu, script, watched, signal } = run;
  const broker = await openBroker(settings, 'client');
  const prefix = `sim-${randomBytes(3).toString('hex')}-`;
  const ours = (orderId: string) => !attached || orderId.startsWith(prefix);
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
    const { tellProgress } = await import('./plain-progress.ts');
    const telling = tellProgress({ progress, say });
    if (signal.aborted)
      telling.stop(); // it was over before we had what tells of it
    else signal.addEventListener('abort', () => telling.stop(), { once: true });
    return;
  }
  watched.shown = true;
  const { showSimulation } = await import('./view/view.tsx'); // React and Ink take their time
  const onStop = () => process.kill(process.pid, 'SIGINT'); // as Ctrl-C where nobody shows anything
  try {
    await showSimulation({ progress, lang: settings.lang, onStop, signal });
  } finally {
    watched.shown = false;
  }
}
