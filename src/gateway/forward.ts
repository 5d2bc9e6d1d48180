import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerCors, type CorsRule } from './cors.ts';
import type { Answer } from './exchange.ts';
import type { Route } from './gateway-schema.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { badRequest, ClientGone, NotServed } from './not-served.ts';
import { holds, patternsOf } from './predicates.ts';
import { bodyOf } from './request-body.ts';
import { safePath } from './safe-path.ts';
import { isTraceparent, newTraceparent } from './trace.ts';
import type { Upstream } from './upstream.ts';

export type ForwardOptions = {
  /** The first that takes a request has it. */
  routes: readonly { route: Route; upstream: Upstream }[];
  cors: readonly CorsRule[];
  /** Whether whoever asks is a proxy of ours. */
  trustProxy: boolean;
  mostBodyBytes: number;
  /** Aborts when the gateway stops. */
  closing: AbortSignal;
  /** A clock that never jumps, milliseconds. */
  elapsed(): number;
  /** A service began to answer after so many milliseconds. */
  onAnswer(route: string, ms: number): void;
};

/** Passes a request on to the service of its route, and the answer back, both as they are. */
export const forward = (options: ForwardOptions) => async (request: FastifyRequest, reply: FastifyReply) => {
  const { routes, cors, closing, elapsed } = options;
  const { method, url, raw } = request;
  const path = safePath(url);
  if ((raw.headersDistinct['host']?.length ?? 0) > 1)
    throw badRequest('A request must have one Host header, not several.');
  const rule = cors.find((each) => each.path.matches(path));
  const said = rule && answerCors(rule, { method, headers: raw.headers });
  // Before anything else can go wrong: a page may only read of an error what CORS lets it.
  if (said) reply.headers(said.headers);
  if (said?.end === 'refused') throw new NotServed(403, 'cors-refused', said.why!);
  if (said?.end === 'preflight') return reply.code(204).send();

  const found = routes.find(({ route }) => route.predicates.every((predicate) => holds(predicate, method, path)));
  if (!found) throw nowhere(method, path, options);
  const { route, upstream } = found;
  request.setDecorator('routeId', route.id);
  if (/websocket/i.test(raw.headers.upgrade ?? ''))
    throw new NotServed(
      501,
      'no-websockets',
      'WebSockets are not passed on. Follow an order by its events: GET /orders/{id}/events.',
    );

  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new ClientGone());
  });
  const traceparent = request.getDecorator<string>('traceparent');
  const caller = {
    ip: raw.socket.remoteAddress ?? '',
    host: raw.headers.host ?? '',
    requestId: request.id,
    traceparent,
    trusted: options.trustProxy,
  };
  const askedAt = elapsed();
  const body = bodyOf(raw, options.mostBodyBytes);
  const answer = await upstream.ask(
    { method, path: url, headers: requestHeaders(raw.rawHeaders, caller), body },
    gone.signal,
  );
  options.onAnswer(route.id, elapsed() - askedAt);
  reply.hijack();
  const headers = responseHeaders(answer.headers, { requestId: request.id, ...(said && { cors: said.headers }) });
  // A request that was not read to its end would be taken for the next one.
  if (closing.aborted || !raw.complete) headers.push('connection', 'close');
  passBack(answer, headers, reply.raw, closing);
};

/** The trace that a request belongs to, and whether it is one that somebody else began. */
export const traceOf = ({ headers }: FastifyRequest): string =>
  isTraceparent(headers['traceparent']) ? headers['traceparent'] : newTraceparent();

function passBack(answer: Answer, headers: string[], response: FastifyReply['raw'], closing: AbortSignal): void {
  if (response.destroyed) return void answer.body.destroy();
  const value = (name: string) => headers.find((_, i) => i % 2 === 1 && headers[i - 1]!.toLowerCase() === name);
  response.writeHead(answer.status, answer.statusText, headers);
  // What comes bit by bit may not come for a while, and who asked wants to know that it has begun. Nothing at all takes the headers with it, as
  // Latin-1; flushHeaders() would write them as UTF-8.
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

function nowhere(method: string, path: string, { routes }: ForwardOptions): NotServed {
  const patterns = routes.flatMap(({ route }) => patternsOf(route.predicates).map(({ text }) => text));
  return new NotServed(
    404,
    'no-such-route',
    `Nobody here answers ${method} ${path}. There are ${patterns.join(', ')}.`,
  );
}
