import type { Broken, Invariant } from './evidence.ts';

/** Nothing is left anywhere: not in queues, not in hand, not waiting, not held, and not unconfirmed. */
export const nothingIsLeft: Invariant = ({ platform }) => {
  const broken: Broken[] = [];
  const left = (count: number, what: string) => {
    if (count > 0) broken.push({ rule: 'nothing-is-left', sentence: `${count} ${what}.` });
  };
  for (const { name, depth } of platform.broker.queues.values()) left(depth, `entries are left in ${name}`);
  for (const [{ name }, hosts] of platform.living)
    for (const host of hosts) {
      // What is private is looked at here and nowhere else: no promise may rest on it, and no memory may grow with it.
      const { actor } = host['options'];
      const of = `of the ${actor.name} actor in ${name}`;
      left(host.stats.inHand, `messages ${of} are still in hand`);
      left(host['mailbox'].size, `messages ${of} still wait`);
      left(host['mailbox']['held'].size, `orders ${of} are still held`);
      left(host['unconfirmed'], `batches ${of} are still without a confirm`);
      left(host['outbox']['behind'] ? 1 : 0, `publish ${of} is still being tried`);
    }
  return broken;
};

/** No host has more in hand than it may, however often its link is lost. */
export const handsAreBounded: Invariant = ({ platform }) =>
  platform.overfull.map((name) => ({
    rule: 'hands-are-bounded',
    sentence: `A host in ${name} had more messages in hand than it may have.`,
  }));

/** What was dealt with to the end is at an end: no host says anything of it again. */
export const settledIsSettled: Invariant = ({ platform }) =>
  platform.saidAgain.map(({ type, key, cause }) => ({
    rule: 'settled-is-settled',
    sentence: `${type} of ${key} was said again, although ${cause}, which it came of, had been dealt with.`,
  }));

/** No host gives up, since nothing in these worlds is hopeless. */
export const nobodyGivesUp: Invariant = ({ platform }) =>
  platform.fatal.map(({ actor, reason }) => ({
    rule: 'nobody-gives-up',
    sentence: `The host of the ${actor} actor gave up: ${reason}`,
  }));
