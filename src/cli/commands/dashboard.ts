import { demoPace } from '../../actors/pace.ts';
import { withBroker } from '../client.ts';
import { mustHaveTerminal } from '../dashboard/has-terminal.ts';
import { Log } from '../dashboard/log.ts';
import { runDashboard } from '../dashboard/run-dashboard.tsx';
import { catalogOf } from '../menu-in-use.ts';
import { now } from '../open-broker.ts';
import type { Settings } from '../settings.ts';
import { startSideThread } from '../start-side-thread.ts';
import { untilSignal } from '../until-signal.ts';

/** `baedal dashboard` */
export async function dashboard(settings: Settings, { readOnly = false }: { readOnly?: boolean }): Promise<void> {
  mustHaveTerminal();
  const signal = untilSignal('', ['SIGINT', 'SIGTERM', 'SIGHUP'], () => {});
  const log = new Log(now);
  await withBroker(settings, async (broker) => {
    // Where nobody else keeps the read model up to date, this does, beside the screen.
    const duties = { actors: [], readModel: true, deadLetters: false, quiet: true };
    const plan = { settings, menu: catalogOf(settings), pace: demoPace, ...duties };
    const follower = await startSideThread(plan, ({ actor, reason }) => log.add(`${actor}: ${reason}`), log.add);
    try {
      await runDashboard({ settings, broker, readOnly, log, signal });
    } finally {
      await follower.stop(1_000);
    }
  });
}
