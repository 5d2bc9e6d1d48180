import type { Lang } from '../actors/notifier/texts.ts';
import type { OrderStory, TimelineEntry } from '../readmodel/find-order.ts';
import { print } from './print.ts';
import { basket, clock, named, shown, span, table, won } from './show.ts';

/** An order as a person reads it: what it is, then what happened. */
export function printStory(story: OrderStory, lang: Lang): void {
  const { orderId, status, customerId, storeName, lines, totalWon, reason, refundedWon } = story;
  print(
    `${shown(status, lang)}  ${orderId}  ${won(totalWon)} won${refundedWon > 0 ? `, ${won(refundedWon)} won given back` : ''}`,
  );
  print(`${customerId} ← ${named(storeName, lang)}: ${basket(lines, lang)}`);
  if (reason) print(reason);
  print();
  print(table(['TIME', 'AFTER', 'EVENT', ''], story.timeline.map(timelineRow), [1]));
  if (story.notifications.length > 0)
    print(`
Told: ${told(story)}`);
}

/** Who was told what, a person at a time. */
function told({ notifications }: OrderStory): string {
  const people = new Map<string, string[]>();
  for (const { recipient, about } of notifications) people.set(recipient, [...(people.get(recipient) ?? []), about]);
  return [...people].map(([person, abouts]) => `${person} ← ${abouts.join(', ')}`).join('; ');
}

/** One event as cells: when, how long after the one before, what, and what is worth knowing of it. */
export const timelineRow = ({ at, sinceMs, type, data }: TimelineEntry): string[] => [
  clock(at),
  `+${span(sinceMs)}`,
  type,
  detail(data),
];

/** What is worth knowing of an event. */
export function detail(data: Record<string, unknown>, lang: Lang = 'en'): string {
  const { reason, riderId, amountWon, paymentKey, refundedWon, text } = data as Record<
    string,
    string | number | undefined
  >;
  const facts = [
    amountWon !== undefined && money(Number(amountWon), lang),
    paymentKey,
    refundedWon !== undefined && `${money(Number(refundedWon), lang)} ${lang === 'ko' ? '환불' : 'given back'}`,
    riderId,
    reason,
    text,
  ];
  return facts.filter(Boolean).join(' · ');
}

const money = (amount: number, lang: Lang): string => `${won(amount)}${lang === 'ko' ? '원' : ' won'}`;
