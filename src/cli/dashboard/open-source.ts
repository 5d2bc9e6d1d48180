import type { Broker, LinkState, QueueDepth } from '../../broker/broker.ts';
import { redactUrl } from '../../broker/rabbitmq/broker-url.ts';
import { countDead } from '../../readmodel/list-dead-letters.ts';
import { type Behind, behind, positionOf, type SeenEnd } from '../../readmodel/position.ts';
import { Reader } from '../../readmodel/reader.ts';
import { Heard, missingMs } from '../heard.ts';
import { linkLines } from '../link-lines.ts';
import { menuKept } from '../menu-in-use.ts';
import { folderOf, now } from '../open-broker.ts';
import type { Settings } from '../settings.ts';
import type { Log } from './log.ts';
import type { Source } from './source.ts';

/** How often the journal is asked for its end: RabbitMQ has to be written to for it. Milliseconds. */
const endEveryMs = { embedded: 1_000, rabbitMq: 5_000 };

/** How often the depths of the queues are looked at, milliseconds. */
const depthsEveryMs = 2_000;

const notBehind: Behind = { entries: 0, ms: 0 };

/** What of the read model is asked beside the screen; undefined where it cannot be read, which is said in place of the screen. */
function readable<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch {
    return undefined;
  }
}

const elapsed = () => performance.now();

/** Where the dashboard of this data folder looks. `close` it at the end. */
export async function openSource(settings: Settings, broker: Broker, log: Log): Promise<Source & { close(): void }> {
  const reader = new Reader(folderOf(settings));
  const embedded = settings.broker.startsWith('sqlite:');
  const heard = new Heard();
  const listening = await broker.onBroadcast((body) => heard.hear(body, elapsed()));
  const listeningSince = elapsed();

  let link: LinkState = { state: 'up', since: now() };
  const sayIfNews = linkLines(log.add);
  const stopLink = broker.onLink((state) => {
    sayIfNews(state);
    link = state;
  });
  let seen: SeenEnd[] = [];
  const lookForEnd = () =>
    broker.journalEnd().then(
      (found) => {
        seen = [{ end: found, at: now() }, ...seen].slice(0, 2);
      },
      () => {}, // the link is down, which is shown; what was known of the end still holds
    );
  void lookForEnd();
  const timer = setInterval(lookForEnd, embedded ? endEveryMs.embedded : endEveryMs.rabbitMq);

  let depths: QueueDepth[] = [];
  const lookForDepths = () =>
    broker.depths().then(
      (found) => {
        depths = found;
      },
      () => {}, // likewise
    );
  void lookForDepths();
  const depthTimer = setInterval(lookForDepths, depthsEveryMs);

  return {
    ask: (question) => reader.ask(question),
    version: () => `${readable(() => reader.version())} ${link.state} ${log.lines.length} ${log.lines[0]?.at}`,
    vitals: () => {
      const health = heard.health(elapsed());
      // While the broker is away nobody can be heard, and just after it came back not everybody has told yet.
      const listened = elapsed() - listeningSince > missingMs && now() - link.since > missingMs;
      const known = link.state !== 'down' && (listened || health.actors.every(({ up }) => up));
      return {
        broker: embedded ? 'sqlite:' : redactUrl(settings.broker),
        link,
        behind: readable(() => behind(reader.ask(positionOf), seen, now())) ?? notBehind,
        log: log.lines,
        depths,
        ...(known && { health }),
        deadLetters: readable(() => reader.ask(countDead)) ?? 0,
      };
    },
    menu: menuKept(settings),
    close: () => {
      clearInterval(timer);
      clearInterval(depthTimer);
      void listening.stop();
      stopLink();
      reader.close();
    },
  };
}
