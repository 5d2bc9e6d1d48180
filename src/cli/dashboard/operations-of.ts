import type { Broker } from '../../broker/broker.ts';
import { ask } from '../../client/ask.ts';
import { Refused } from '../../client/errors.ts';
import { newOrderId } from '../../client/ids.ts';
import { placeOrder } from '../../client/place-order.ts';
import { type DeadLetterView, findDeadLetter } from '../../readmodel/list-dead-letters.ts';
import { discard, dryRun, redrive } from '../dead-letter-work.ts';
import { now } from '../open-broker.ts';
import { phraseOf } from '../print-dead-letters.ts';
import type { Settings } from '../settings.ts';
import type { Operations } from './operations.ts';
import type { Source } from './source.ts';

const answerWithinMs = 10_000;

/** What the dashboard of these settings can do to the world. */
export function operationsOf(settings: Settings, broker: Broker, source: Source): Operations {
  const lettersOf = (ids: readonly string[]): DeadLetterView[] =>
    source.ask((db) => ids.flatMap((id) => findDeadLetter(db, id) ?? []));
  const reasons = (refused: readonly { reason: string }[]) => refused.map(({ reason }) => reason);
  return {
    act: async (type, data) => (await ask(broker, type, data, answerWithinMs)).status,
    place: (order) => placeOrder(broker, source.menu(), order, answerWithinMs),
    dryRun: async (id) => {
      const [letter] = lettersOf([id]);
      if (!letter) throw new Refused('no-such-letter', `There is no dead letter ${id} any more.`);
      return { type: letter.type, phrase: phraseOf(await dryRun(settings, letter)) };
    },
    redrive: async (ids) => {
      const { redriven, refused } = await redrive(broker, lettersOf(ids));
      return { done: redriven.length, refused: reasons(refused) };
    },
    discard: async (ids, reason) => {
      const { discarded, refused } = await discard(broker, lettersOf(ids), reason);
      return { done: discarded.length, refused: reasons(refused) };
    },
    newOrderId,
    now,
  };
}
