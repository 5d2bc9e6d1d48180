import type { FastifyReply } from 'fastify';
import type { EventHub } from './event-hub.ts';
import type { Reader } from './event-stream.ts';

export type Following = {
  orderId: string;
  /** The last event that the reader has, if any. */
  after: string | undefined;
  reader: Reader;
};

/** Answers with an order's events as they come. */
export function followOrder(reply: FastifyReply, events: EventHub, { orderId, after, reader }: Following): void {
  events.mustHaveRoom(reader);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  raw.once('close', () => {
    if (!raw.writableFinished) reply.log.info({ orderId }, 'who followed an order went away');
  });
  try {
    events.open(orderId, after, reader, raw);
  } catch (error) {
    raw.destroy(); // it has begun, so nothing else can be answered; the reader comes again
    throw error;
  }
}
