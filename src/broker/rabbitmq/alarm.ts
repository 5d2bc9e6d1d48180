import { randomUUID } from 'node:crypto';
import type { ChannelModel } from 'amqplib';

/**
 * Finds out whether an alarm, of memory or disk, keeps the broker from taking messages. It says so only to who has published: so a message
 * goes to the default exchange for a queue that there is not, which drops it. Behind an alarm nothing more is read from this connection;
 * an answer to the next question therefore says that there is none.
 * @param model a connection for this alone
 * @returns what the broker says, or null
 */
export async function alarmOf(model: ChannelModel): Promise<string | null> {
  let onBlocked = (_reason: string) => {};
  const blocked = new Promise<string>((resolve) => {
    onBlocked = resolve;
  });
  model.on('blocked', onBlocked);
  const channel = await model.createChannel();
  channel.on('error', () => {});
  channel.publish('', `baedal.doctor.${randomUUID()}`, Buffer.from('{}'), { persistent: false, mandatory: false });
  // Any question with an answer would do; it has no effect.
  const answered = channel.prefetch(1).then(() => null);
  answered.catch(() => {}); // the connection may be ended first
  return Promise.race([blocked, answered]);
}
