import type { Broker } from '../src/broker/broker.ts';
import { openEmbedded } from '../src/broker/embedded/embedded-broker.ts';
import type { AnyEnvelope, Envelope } from '../src/broker/envelope.ts';
import { folderOf, now, openBroker } from '../src/cli/open-broker.ts';
import type { Settings } from '../src/cli/settings.ts';
import { newId } from '../src/client/new-id.ts';

/** What one delivered order comes to. */
export const eventsPerOrder = 15;
/** Customers who order in turn. */
export const customers = 1_000;

export const stores = ['crispy-chicken', 'gukbap', 'corner-pizza', 'jokbal'];
const storeName = { ko: '바삭치킨 강남점', en: 'Crispy Chicken Gangnam' };
const lines = [
  { itemId: 'fried', quantity: 2, name: { ko: '후라이드 치킨', en: 'Fried Chicken' }, priceWon: 19_000 },
  { itemId: 'cola', quantity: 1, name: { ko: '콜라', en: 'Cola' }, priceWon: 2_000 },
];

/** What the journal has of the delivered order number `n`, messages to people included, a second from one event to the next. */
export function storyOf(n: number, startedAt: number): AnyEnvelope[] {
  const orderId = `bench-${n}`;
  const customerId = `customer-${n % customers}`;
  const who = { orderId, customerId };
  const details = { ...who, storeId: stores[n % stores.length]!, storeName, lines, totalWon: 40_000 };
  const riderId = `rider-${n % 20}`;
  const told = (about: string, recipient = customerId) => ({
    type: 'NotificationSent',
    data: { orderId, channel: 'console', recipient, about, text: `주문 ${orderId}: ${about}` },
  });
  const story: { type: string; data: Record<string, unknown> }[] = [
    { type: 'OrderReceived', data: { ...details, answerBy: startedAt + 10_000 } },
    { type: 'PaymentApproved', data: { orderId, amountWon: 40_000, paymentKey: `pay-${orderId}` } },
    { type: 'OrderPlaced', data: { ...details, service: { autoAccept: true, prepMs: 900_000, rideMs: 600_000 } } },
    told('placed'),
    told('placed', `owner:${details.storeId}`),
    { type: 'OrderAccepted', data: { ...who, prepMs: 900_000 } },
    told('accepted'),
    { type: 'OrderCooked', data: { ...who, storeName, rideMs: 600_000 } },
    told('cooked'),
    { type: 'RiderAssigned', data: { ...who, riderId } },
    told('assigned'),
    { type: 'DeliveryDeparted', data: { ...who, riderId } },
    told('on-the-way'),
    { type: 'DeliveryCompleted', data: { ...who, riderId } },
    told('delivered'),
  ];
  return story.map(({ type, data }, i) => ({ id: newId(), type, key: orderId, at: startedAt + i * 1_000, data }));
}

/** The journal of a platform on the embedded broker, without the queues of its actors: nobody works on what is published to it. */
export async function openJournal(settings: Settings): Promise<Broker> {
  const broker = await openBroker(settings, 'client');
  const { topology } = broker;
  await broker.close();
  return openEmbedded({ folder: folderOf(settings), topology: { ...topology, queues: [] }, now });
}

/** Puts the events of delivered orders into the journal, those numbered `first` up to `end`, many orders side by side as in life. */
export async function fillJournal(journal: Broker, first: number, end: number, endsAt: number): Promise<void> {
  const together = 500;
  for (let from = first; from < end; from += together) {
    const stories = Array.from({ length: Math.min(together, end - from) }, (_, i) =>
      storyOf(from + i, endsAt - (end - from - i) * 100),
    );
    for (let step = 0; step < eventsPerOrder; step++) {
      const messages = stories.map((story) => ({ envelope: story[step] as unknown as Envelope }));
      // Each by itself, as actors publish them; what is published in one tick is stored in one go.
      await Promise.all(messages.map((message) => journal.publish([message])));
    }
  }
}
