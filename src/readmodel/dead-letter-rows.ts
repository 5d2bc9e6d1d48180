import type { Events } from '../actors/messages.ts';
import type { Database, Statement } from '../sqlite/open-database.ts';
import type { JournalEvent } from './order-fold.ts';

/** A letter is told as often as it is taken out of the broker, and always tells the same. */
const bury = `
  INSERT INTO dead_letters (letter_id, state, queue, actor, message_id, type, order_id, reason, attempts, at, body, first_at, cause)
  VALUES (@letterId, 'dead', @queue, @actor, @messageId, @type, @orderId, @reason, @attempts, @at, @body, @firstAt, @cause)
  ON CONFLICT (letter_id) DO UPDATE SET
    queue = excluded.queue, actor = excluded.actor, message_id = excluded.message_id, type = excluded.type,
    order_id = excluded.order_id, reason = excluded.reason, attempts = excluded.attempts, at = excluded.at, body = excluded.body,
    first_at = excluded.first_at, cause = excluded.cause
  WHERE at IS NULL`;

/** The latest decision counts, in whatever order they become known; of two at the same time, the one whose event id is greater. */
const settle = `
  INSERT INTO dead_letters (letter_id, state, settled_at, settled_by, discard_reason)
  VALUES (@letterId, @state, @at, @eventId, @discardReason)
  ON CONFLICT (letter_id) DO UPDATE SET
    state = excluded.state, settled_at = excluded.settled_at, settled_by = excluded.settled_by, discard_reason = excluded.discard_reason
  WHERE settled_at IS NULL OR (excluded.settled_at, excluded.settled_by) > (settled_at, settled_by)`;

/** The table of dead letters as the projection uses it. Any order of events, and any repetition, comes to the same rows. */
export class DeadLetterRows {
  private readonly sql: Record<'bury' | 'settle', Statement>;

  constructor(db: Database) {
    this.sql = { bury: db.prepare(bury), settle: db.prepare(settle) };
  }

  /** Folds an event about dead letters; false where it is about something else. */
  take({ id, type, at, data }: JournalEvent): boolean {
    switch (type) {
      case 'MessageBuried': {
        const unsaid = { actor: null, messageId: null, type: null, orderId: null, firstAt: null, cause: null };
        this.sql.bury.run({ ...unsaid, ...data });
        return true;
      }
      case 'LettersRedriven': {
        const { letterIds } = data as Events['LettersRedriven'];
        for (const letterId of letterIds)
          this.sql.settle.run({ letterId, state: 'redriven', at, eventId: id, discardReason: null });
        return true;
      }
      case 'LettersDiscarded': {
        const { letterIds, reason } = data as Events['LettersDiscarded'];
        for (const letterId of letterIds)
          this.sql.settle.run({ letterId, state: 'discarded', at, eventId: id, discardReason: reason });
        return true;
      }
      default:
        return false;
    }
  }
}
