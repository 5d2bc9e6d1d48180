import { setMaxListeners } from 'node:events';
import { type FastifyInstance, fastify } from 'fastify';
import { Book } from './book.ts';
import { addControlRoutes } from './control-routes.ts';
import { answerAllErrors, badRequest } from './http-errors.ts';
import { Idempotency } from './idempotency.ts';
import { Intake } from './intake.ts';
import { calm, type Knobs, noCounts, type PspState } from './knobs.ts';
import { Ledger } from './ledger.ts';
import { Load } from './load.ts';
import { Payments } from './payments.ts';
import { addShopRoutes } from './shop-routes.ts';

export type PspOptions = {
  /** 0: any that is free. */
  port: number;
  /** The file of the ledger. No other provider may have it open. */
  ledger: string;
  secretKey: string;
  /** Default: quick, no limit, nothing goes wrong. */
  knobs?: Partial<Knobs>;
  /** Epoch milliseconds. */
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
  /** After how long something that hangs is done, milliseconds. Default 5_000. */
  hungForMs?: number;
};

export type Psp = {
  url: string;
  /** Cuts every connection. What was asked for and still waits is not done. Safe to call twice. */
  close(): Promise<void>;
};

/**
 * Starts a payment provider on 127.0.0.1.
 * @throws {LedgerDamaged} a line of the ledger is none
 * @throws {Error} with the system's code: the ledger cannot be used, or the port (EADDRINUSE)
 */
export async function startPsp(options: PspOptions): Promise<Psp> {
  const { now, random, hungForMs = 5_000 } = options;
  let knobs: Knobs = { ...calm, ...options.knobs };
  const counts = { ...noCounts };
  const book = new Book();
  const ledger = await Ledger.open(options.ledger, (line) => book.add(line));
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for each request in hand
  const load = new Load(() => knobs, random);
  const payments = new Payments({ book, ledger, counts, now, declines: () => random() < knobs.declineRate });
  const intake = new Intake({ load, idempotency: new Idempotency(now), counts, hungForMs, closing: closing.signal });
  const state = (): PspState => ({ knobs, counts, inHand: load.inHand });
  const change = (some: Partial<Knobs>) => {
    knobs = { ...knobs, ...some };
  };

  const app = openApp();
  app.register(async (v1) => addShopRoutes(v1, options.secretKey, payments, intake), { prefix: '/v1' });
  app.register(async (control) => addControlRoutes(control, state, change));
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

function openApp(): FastifyInstance {
  const app = fastify({
    bodyLimit: 64 * 1024,
    forceCloseConnections: true, // who hangs would keep it open for ever
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 300 },
    ...badRequest,
  });
  app.removeContentTypeParser('text/plain');
  answerAllErrors(app);
  return app;
}
