import type { Answers, Calls, NoticeToSend } from '../src/actors/messages.ts';
import { BaedalError } from '../src/errors.ts';
import type { Said, SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

/** This message can never be sent as it is: say, its template is not registered. */
class NoSuchTemplate extends BaedalError {
  readonly code = 'no-such-template';
  readonly retry = false;
  constructor() {
    super('The template of this message is not registered.');
  }
}

type Sent = { by: SimProcess };

/** The people's telephones, and the table of what was sent. */
export class SimChannel {
  /** Every message by its order, recipient and subject. */
  readonly sent = new Map<string, Sent[]>();
  /** What somebody was told again although the one that told it first was alive and well. */
  readonly needless: string[] = [];
  private readonly recorded = new Set<string>();

  constructor(private readonly world: World) {}

  /** Who sends for a process, in the way of the real sender: what is in the table is not sent again. */
  sender =
    (process: SimProcess) =>
    async ({ orderId, notices }: Calls['Notify']): Promise<Answers['NotifyAnswered']> => {
      const nameOf = ({ recipient, about }: NoticeToSend) => `${orderId} ${recipient} ${about}`;
      const fresh = notices.map(nameOf).filter((name) => !this.recorded.has(name));
      const told: string[] = [];
      try {
        for (const name of fresh) {
          await process.ask('sending a message', () => this.send(name, process));
          told.push(name);
        }
      } finally {
        if (told.length > 0) await process.do('recording a message', () => this.record(told));
      }
      return {
        orderId,
        channel: 'simulated',
        notices: notices.map(({ recipient, about }) => ({ recipient, about, text: about })),
      };
    };

  private send(name: string, by: SimProcess): Said<undefined> {
    const { fate, weather } = this.world;
    if (fate.fault('a message to people fails', weather.partner)) {
      this.world.count('messages not sent');
      const isHopeless = fate.pick('why a message to people fails', [false, false, false, true]);
      return { error: isHopeless ? new NoSuchTemplate() : new Error('The channel does not answer.') };
    }
    const before = this.sent.get(name) ?? [];
    const last = before.at(-1);
    if (last && last.by === by && !by.dead) this.needless.push(name);
    if (last) this.world.count('messages sent twice');
    this.sent.set(name, [...before, { by }]);
    return { value: undefined };
  }

  private record(names: readonly string[]): void {
    for (const name of names) this.recorded.add(name);
  }
}
