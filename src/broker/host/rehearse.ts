import type { Answer, Call } from '../../actors/actor.ts';
import type { Outgoing } from '../broker.ts';
import type { Envelope } from '../envelope.ts';
import { Batches, type BatchOptions } from './batches.ts';

/**
 * What a message would come to.
 * `applies`: the instance changes, or something goes out; `again`: it was handled before, and the call it wanted has no answer yet.
 * `ignored`: nothing changes; `again`: it was handled before.
 */
export type Rehearsal =
  | { outcome: 'applies'; again: boolean; outputs: Outgoing[]; answers: Answer[]; call?: Call }
  | { outcome: 'ignored'; again: boolean; answers: Answer[] }
  | { outcome: 'fails'; error: unknown };

/**
 * Hands a message to an actor as its host would, and writes nothing: the store is read only, nothing is published, and no partner
 * is called.
 * @throws what reading the store throws
 */
export async function rehearse<S>(options: BatchOptions<S>, envelope: Envelope): Promise<Rehearsal> {
  const { store } = options;
  let changed = false;
  const batches = new Batches<S>({
    ...options,
    store: {
      load: (keys) => store.load(keys),
      processed: (ids) => store.processed(ids),
      commit: async ({ states }) => {
        changed = states.size > 0;
      },
      prune: async () => 0,
      close: () => {},
    },
  });
  const job = { delivery: { envelope, attempt: 0, ack: () => {} }, open: 1, takenAt: 0 };
  const { results, failures } = await batches.run([{ key: envelope.key, envelope, job }]);
  const [result] = results;
  if (!result) return { outcome: 'fails', error: failures[0]?.error };
  const { again, outcome } = result;
  const { outputs, call } = outcome;
  const answers = outcome.answers.map(({ data }) => data);
  if (call) return { outcome: 'applies', again, outputs, answers, call };
  if (again || (!changed && outputs.length === 0)) return { outcome: 'ignored', again, answers };
  return { outcome: 'applies', again, outputs, answers };
}
