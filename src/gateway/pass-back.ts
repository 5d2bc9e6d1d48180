import type { ServerResponse } from 'node:http';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { Answer } from './exchange.ts';

/**
 * Passes an answer on as it comes.
 * @param headers instead of the answer's own
 * @param closing aborts when the gateway stops
 * @param onBreak the service broke off, or fell silent, before the end
 */
export function passBack(
  answer: Answer,
  headers: string[],
  response: ServerResponse,
  closing: AbortSignal,
  onBreak: (error: Error) => void,
): void {
  if (response.destroyed) return void answer.body.destroy();
  const value = (name: string) => headers.find((_, i) => i % 2 === 1 && headers[i - 1]!.toLowerCase() === name);
  answer.body.once('error', (error: NodeJS.ErrnoException) => {
    // This one is ours: the client went away first.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') onBreak(error);
  });
  response.writeHead(answer.status, answer.statusText, headers);
  // What comes bit by bit may not come for a while, and who asked wants to know that it has begun. Nothing at all takes the headers with it,
  // as Latin-1; flushHeaders() would write them as UTF-8.
  if (value('content-length') === undefined) response.write(Buffer.of());
  const isEvents = value('content-type')?.startsWith('text/event-stream') ?? false;
  // An answer that breaks off, on either side, ends the connection on the other: a part must not look like the whole.
  pipeline(isEvents ? endingWith(closing, answer.body) : answer.body, response, () => {});
}

/** The same stream, but it ends in good order when the gateway stops; whoever listens then connects again by itself. */
function endingWith(closing: AbortSignal, body: Readable): Readable {
  const events = new PassThrough();
  const end = () => {
    body.unpipe(events);
    events.end();
  };
  body.once('error', (error) => events.destroy(error));
  events.once('close', () => {
    closing.removeEventListener('abort', end);
    body.destroy();
  });
  if (closing.aborted) queueMicrotask(end);
  else closing.addEventListener('abort', end, { once: true });
  return body.pipe(events);
}
