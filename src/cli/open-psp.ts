import { HttpPsp } from '../partners/http-psp.ts';
import type { PaymentProvider } from '../partners/psp.ts';
import { PspFailed, PspUnreachable } from '../partners/psp-errors.ts';
import { startOwnPsp } from './own-psp.ts';
import { say } from './print.ts';
import type { Settings } from './settings.ts';

export type OpenPsp = {
  provider: PaymentProvider;
  /** What it is, for people. */
  what: string;
  close(): Promise<void>;
};

const checkWithinMs = 5_000;

/**
 * The payment provider that the settings name, or one of our own where they name none. One that cannot be reached just now is no reason not
 * to start: until it can, whoever orders is asked to pay a little later.
 * @throws {PspKeyRefused | PspNonsense} it will not talk to us, whenever we ask
 */
export async function openPsp(settings: Settings, onProblem: (reason: string) => void): Promise<OpenPsp> {
  const { psp, pspKey } = settings;
  if (psp === undefined) {
    const own = await startOwnPsp(settings, (why) => onProblem(`our own provider ended, and is started again: ${why}`));
    const provider = new HttpPsp({ url: own.url, secretKey: pspKey });
    return { provider, what: `our own, no money moves, at ${own.url()}`, close: own.stop };
  }
  const provider = new HttpPsp({ url: () => psp, secretKey: pspKey });
  try {
    await provider.check(AbortSignal.timeout(checkWithinMs));
  } catch (error) {
    const mayPass =
      error instanceof PspUnreachable || error instanceof PspFailed || (error as Error).name === 'TimeoutError';
    if (!mayPass) throw error;
    say(`The payment provider at ${psp} does not answer yet. Until it does, nobody can pay.`);
  }
  return { provider, what: psp, close: async () => {} };
}
