import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueDepth } from '../../broker/broker.ts';
import { waitFor } from '../../readmodel/catch-up.ts';
import { countDead } from '../../readmodel/list-dead-letters.ts';
import { type Behind, behind, positionOf } from '../../readmodel/position.ts';
import { Reader } from '../../readmodel/reader.ts';
import { withBroker } from '../client.ts';
import { harmless } from '../harmless.ts';
import { Heard, missingMs, type SystemHealth } from '../heard.ts';
import { folderOf, now } from '../open-broker.ts';
import { type Overview, overviewOf } from '../overview.ts';
import { print, printJson } from '../print.ts';
import type { Settings } from '../settings.ts';
import { span, table, won } from '../show.ts';

/** How long it listens where all is well, milliseconds: each side tells once a second. */
const listenMs = 1_500;
/** What was published just now may still be on its way to the read model, milliseconds. */
const onItsWayMs = 300;

/** What is shown. `queues`: how much waits in each. */
type System = SystemHealth & { queues: QueueDepth[]; orders: Overview; deadLetters: number; behind: Behind };

/** `baedal system`: exit code 0, also where actors are down. */
export async function system(settings: Settings): Promise<void> {
  const found = await withBroker(settings, async (broker): Promise<System> => {
    const elapsed = () => performance.now();
    const heard = new Heard();
    const listening = await broker.onBroadcast((body) => heard.hear(body, elapsed()));
    await sleep(listenMs);
    // One is called down only after as long a silence as that takes.
    if (!heard.health(elapsed()).actors.every(({ up }) => up)) await sleep(missingMs - listenMs);
    const health = heard.health(elapsed());
    await listening.stop();
    const [queues, end] = await Promise.all([broker.depths(), broker.journalEnd()]);
    const seen = [{ end, at: now() }];
    const reader = new Reader(folderOf(settings));
    try {
      await waitFor(reader, end, onItsWayMs);
      return reader.ask((db) => ({
        ...health,
        queues,
        orders: overviewOf(db, now()),
        deadLetters: countDead(db),
        behind: behind(positionOf(db), seen, now()),
      }));
    } finally {
      reader.close();
    }
  });
  if (!settings.json) return report(found);
  // The few samples taken while listening are no history.
  printJson({ ...found, actors: found.actors.map(({ history, ...actor }) => actor) });
}

function report({ actors, breakers, processes, readModel, queues, orders, deadLetters, behind }: System): void {
  const waiting = (actor: string) =>
    queues.filter((queue) => queue.actor === actor).reduce((sum, queue) => sum + queue.waiting, 0);
  const numbers = [2, 3, 4, 5, 6, 7, 8];
  const rows = actors.map(({ actor, up, handledPerS, inHand, retried, buried, latencyMs }) => {
    const told = up ? [handledPerS.toFixed(1), won(inHand), won(retried), won(buried)] : ['-', '-', '-', '-'];
    const latency = latencyMs ? [span(latencyMs.p50), span(latencyMs.p99)] : ['-', '-'];
    return [actor, up ? '● up' : '✗ down', won(waiting(actor)), ...told, ...latency];
  });
  print(table(['ACTOR', 'STATE', 'WAITING', 'HANDLED/S', 'IN HAND', 'RETRIES', 'DEAD', 'P50', 'P99'], rows, numbers));
  print();
  const processRows = processes.map(({ host, pid, up, memoryBytes, actors: run, startedAt }) => [
    `${harmless(host)}:${pid}`,
    up ? '● up' : '✗ missing',
    `${Math.round(memoryBytes / 2 ** 20)} MB`,
    span(Math.max(0, now() - startedAt)),
    run.join(', '),
  ]);
  if (processes.length === 0) print('No process tells of itself. Start the actors with `baedal up`.');
  else print(table(['PROCESS', 'STATE', 'MEMORY', 'RUNS FOR', 'ACTORS'], processRows, [2, 3]));
  print();
  for (const { partner, state } of breakers) print(`Breaker of the ${partner}: ${state}.`);
  if (readModel) {
    const lag = readModel.lagMs ? `, ${span(readModel.lagMs.p99)} behind` : '';
    print(`Read model: at ${won(readModel.next)} of the journal${lag}.`);
  }
  if (behind.entries > 0) print(`It is ${won(behind.entries)} entries behind the journal, ${span(behind.ms)}.`);
  print(`Orders in flight: ${won(orders.inFlight)}; placed in the last minute: ${won(orders.placedPerMinute)}.`);
  print(`Dead letters to decide on: ${won(deadLetters)}.`);
}
