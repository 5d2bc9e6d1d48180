import { isOver } from '../../actors/order/order-state.ts';
import { Refused } from '../../client/errors.ts';
import { findOrder, type OrderStory } from '../../readmodel/find-order.ts';
import { query, watch, withBroker } from '../client.ts';
import { print, printJson } from '../print.ts';
import { printStory, timelineRow } from '../print-story.ts';
import type { Settings } from '../settings.ts';
import { untilSignal } from '../until-signal.ts';

/** `baedal order status ID` */
export async function orderStatus(settings: Settings, flags: { watch?: boolean }, orderId: string): Promise<void> {
  const story = await query(settings, (db) => findOrder(db, orderId));
  if (!story) throw new Refused('no-such-order', `There is no order "${orderId}". See \`baedal order list\`.`);
  const watched = flags.watch && !isOver(story.status);
  const signal = watched ? untilSignal('Not watching any more.') : undefined; // before anybody sees that it has begun
  if (settings.json) printJson(story);
  else printStory(story, settings.lang);
  if (signal) await watchStory(settings, story, signal);
}

async function watchStory(settings: Settings, story: OrderStory, signal: AbortSignal): Promise<void> {
  let known = story.timeline.length;
  await withBroker(settings, (broker) =>
    watch(
      settings,
      broker,
      (db) => {
        const now = findOrder(db, story.orderId);
        if (!now || now.timeline.length === known) return false;
        for (const entry of now.timeline.slice(known))
          if (settings.json) printJson({ orderId: now.orderId, status: now.status, ...entry });
          else print(timelineRow(entry).join('  '));
        known = now.timeline.length;
        return isOver(now.status);
      },
      { signal, waitingFor: 'The end of the order' },
    ),
  );
}
