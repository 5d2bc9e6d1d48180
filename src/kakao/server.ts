import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { type Answer, refusal } from './answer.ts';
import { Gate } from './gate.ts';
import { calm, type Knobs, noCounts, readKnobs } from './knobs.ts';
import { Ledger } from './ledger.ts';
import { Messages } from './messages.ts';
import { Register, type Template } from './register.ts';
import { Signatures } from './signature.ts';

export type KakaoOptions = {
  /** 0: any that is free. */
  port: number;
  /** The file of the ledger. No other provider may have it open. */
  ledger: string;
  key: string;
  secret: string;
  /** What is registered. `pfId`, `from`: default any. */
  templates: readonly Template[];
  pfId?: string;
  from?: string;
  /** Default: quick, no limit, nothing goes wrong. */
  knobs?: Partial<Knobs>;
  /** Epoch milliseconds. */
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
  /** After how long something that hangs is done, milliseconds. Default 2_000. */
  hungForMs?: number;
};

export type Kakao = {
  url: string;
  /** Cuts every connection. Safe to call twice. */
  close(): Promise<void>;
};

/** 10,000 messages in one request. */
const mostBytes = 32 << 20;

/**
 * Starts a message provider on 127.0.0.1 that nobody gets a message from.
 * @throws {LedgerDamaged} a line of the ledger is none
 * @throws {Error} with the system's code: the ledger cannot be used, or the port (EADDRINUSE)
 */
export async function startKakao(options: KakaoOptions): Promise<Kakao> {
  const { now, random, hungForMs = 2_000 } = options;
  let knobs: Knobs = { ...calm, ...options.knobs };
  const counts = { ...noCounts };
  const ledger = await Ledger.open(options.ledger);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for each request in hand
  const register = new Register(options.templates, options.pfId, options.from);
  const messages = new Messages({ ledger, register, counts, knobs: () => knobs, now, random });
  const gate = new Gate({ knobs: () => knobs, counts, now, random });
  const signatures = new Signatures(options.key, options.secret, now);

  /** Lets a request in, and does with it what chance has in store for it. */
  const serve = async (reply: FastifyReply, writes: boolean, work: () => Promise<Answer>): Promise<FastifyReply> => {
    const fate = gate.enter(writes);
    if (typeof fate === 'object') return say(reply, fate);
    if (fate === 'hung') {
      reply.hijack();
      await sleep(hungForMs, undefined, { signal: closing.signal }).then(work, () => undefined);
      return reply;
    }
    const answer = await work();
    if (knobs.latencyMs > 0) await sleep(knobs.latencyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    if (fate === 'answered') return say(reply, answer);
    reply.hijack();
    reply.raw.socket?.destroy();
    return reply;
  };

  const app = fastify({ bodyLimit: mostBytes, forceCloseConnections: true, exposeHeadRoutes: false });
  answerAllErrors(app);
  app.register(
    async (v4) => {
      v4.addHook('onRequest', async (request, reply) => {
        const wrong = signatures.wrong(request.headers.authorization);
        if (wrong) return say(reply, wrong);
      });
      v4.post('/send-many/detail', (request, reply) => serve(reply, true, () => messages.send(request.body)));
      v4.get('/list', (request, reply) => serve(reply, false, async () => messages.list(request.query)));
    },
    { prefix: '/messages/v4' },
  );
  app.get('/control', async () => ({ knobs, counts }));
  app.post('/control', async (request, reply) => {
    // A browser says which page is asking; nobody else does.
    if (request.headers.origin !== undefined)
      return say(reply, refusal(403, 'Forbidden', 'Web pages may not control the provider.'));
    const read = readKnobs(request.body);
    if ('wrong' in read) return say(reply, refusal(400, 'ValidationError', read.wrong));
    knobs = { ...knobs, ...read.knobs };
    return { knobs, counts };
  });

  let closed: Promise<void> | undefined;
  const close = () => {
    closing.abort();
    closed ??= app.close().then(() => ledger.close());
    return closed;
  };
  try {
    return { url: await app.listen({ port: options.port, host: '127.0.0.1' }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const say = (reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply =>
  reply.headers(headers).code(status).send(body);

/** What goes wrong is said in the provider's form too. */
function answerAllErrors(app: FastifyInstance): void {
  app.setErrorHandler(({ statusCode = 500, message }: Error & { statusCode?: number }, _request, reply) => {
    say(reply, refusal(statusCode, statusCode >= 500 ? 'InternalError' : 'ValidationError', message));
  });
  app.setNotFoundHandler((request, reply) => {
    say(reply, refusal(404, 'ResourceNotFound', `There is no ${request.method} ${request.url}.`));
  });
}
