import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redactUrl } from '../../broker/rabbitmq/broker-url.ts';
import type { Report } from '../../simulation/report.ts';
import { transportOf } from '../open-broker.ts';
import { say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { leftBehind, OwnPlatform } from './own-platform.ts';
import { play, type Run } from './play.ts';

/**
 * On a platform of its own, of which nothing is left where everything was kept.
 * @param more the data folder, where one was asked for: it stays; and what restarts the broker, for the shell
 */
export async function onOwnPlatform(
  run: Run,
  { data, restartBroker }: { data?: string; restartBroker?: string },
): Promise<Report> {
  const { settings, script, watched } = run;
  const temporary = data === undefined;
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
      restartBroker,
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
