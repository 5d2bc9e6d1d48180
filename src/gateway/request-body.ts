import type { IncomingMessage } from 'node:http';
import { ClientGone, NotServed, tooLarge } from './not-served.ts';

/**
 * The body of a request as it comes in, piece by piece; nothing where it has none.
 * @throws {NotServed} 413 at once where its length is said to be more than `mostBytes`, or 501 for an encoding that is not known
 */
export function bodyOf(request: IncomingMessage, mostBytes: number): AsyncIterable<Uint8Array> | null {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    throw new NotServed(
      501,
      'unknown-encoding',
      'The only Transfer-Encoding that is taken is chunked. Use Content-Encoding instead.',
    );
  if (Number(length) > mostBytes) throw tooLarge(mostBytes);
  return coding === undefined && !(Number(length) > 0) ? null : limited(request, mostBytes);
}

async function* limited(request: IncomingMessage, mostBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    // Left open when we stop reading early, as there is still something to answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Uint8Array).length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throw error instanceof NotServed ? error : new ClientGone(error);
  }
}
