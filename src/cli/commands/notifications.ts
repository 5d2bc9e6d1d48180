import { listNotifications, type NotificationView } from '../../readmodel/list-notifications.ts';
import { parseCount } from '../arguments.ts';
import { query, watch, withBroker } from '../client.ts';
import { print, printJson, say } from '../print.ts';
import type { Settings } from '../settings.ts';
import { clock } from '../show.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = { order?: string; follow?: boolean; limit: string };

/** `baedal notifications` */
export async function notifications(settings: Settings, flags: Flags): Promise<void> {
  const only = flags.order === undefined ? {} : { orderId: flags.order };
  const limit = parseCount(flags.limit, 'The limit', 10_000);
  const sent = await query(settings, (db) => listNotifications(db, { ...only, limit }));
  if (!flags.follow) {
    if (settings.json) return printJson(sent);
    if (sent.length === 0) return say('No messages sent.');
    return sent.forEach(show);
  }
  const one = settings.json ? printJson : show;
  const signal = untilSignal('Not following any more.'); // before anybody sees that it has begun
  sent.forEach(one);
  let last = sent.at(-1)?.position ?? 0;
  const look = (db: Parameters<typeof listNotifications>[0]): boolean => {
    const fresh = listNotifications(db, { ...only, after: last, limit: 10_000 });
    fresh.forEach(one);
    last = fresh.at(-1)?.position ?? last;
    return false;
  };
  await withBroker(settings, (broker) => watch(settings, broker, look, { signal, waitingFor: 'The end' }));
}

const show = ({ at, channel, recipient, text }: NotificationView): void =>
  print(`${clock(at)}  ${channel}  ${recipient} ← ${text}`);
