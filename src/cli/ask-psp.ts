import { BaedalError, reasonOf } from '../errors.ts';
import type { Knobs, PspState } from '../psp/knobs.ts';

/** The payment provider could not be asked. */
class NoControl extends BaedalError {
  readonly code = 'psp-no-control';
  readonly retry = true;
}

const answerWithinMs = 10_000;

/**
 * Changes these knobs of a `baedal psp`, if any, and asks how it stands.
 * @throws {NoControl} none is there
 */
export async function askPsp(url: string, knobs: Partial<Knobs>): Promise<PspState> {
  const change = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(knobs) };
  let response: Response;
  let text: string;
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    response = await fetch(`${url}/control`, {
      signal,
      redirect: 'manual',
      ...(Object.keys(knobs).length > 0 && change),
    });
    text = await response.text();
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    throw new NoControl(
      `No payment provider answers at ${url} (${code ?? reasonOf(error)}). Start one with \`baedal psp\`, or say where it is with --url.`,
      { cause: error },
    );
  }
  const state = stateIn(text);
  if (response.ok && state) return state;
  throw new NoControl(
    `What is at ${url} is no \`baedal psp\` (status ${response.status}). Check the address in --url.`,
  );
}

function stateIn(text: string): PspState | undefined {
  try {
    const { knobs, counts, inHand } = JSON.parse(text) as PspState;
    return knobs && counts && { knobs, counts, inHand };
  } catch {
    return undefined;
  }
}
