import type { FastifyInstance } from 'fastify';
import { refusal, say } from './answer.ts';
import { type Knobs, type PspState, readKnobs } from './knobs.ts';

const fromPage = refusal(403, 'FORBIDDEN_REQUEST', 'Web pages may not control the provider.');

/** How the provider behaves and what it has done, for whoever runs it on this machine. */
export function addControlRoutes(
  control: FastifyInstance,
  state: () => PspState,
  change: (some: Partial<Knobs>) => void,
): void {
  control.addHook('onRequest', async (request, reply) => {
    // A browser says which page is asking; nobody else does.
    if (request.headers.origin !== undefined) return say(reply, fromPage);
  });
  control.get('/control', async () => state());
  control.post('/control', async (request, reply) => {
    const read = readKnobs(request.body);
    if ('wrong' in read) return say(reply, refusal(400, 'INVALID_KNOB', read.wrong));
    change(read.knobs);
    return state();
  });
}
