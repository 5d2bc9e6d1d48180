import { BaedalError, reasonOf } from '../../errors.ts';
import type { Knobs, PspState } from '../../psp/knobs.ts';
import { UsageError } from '../exit-code.ts';
import { ownPspAddress } from '../own-psp.ts';
import { pspUrlFrom } from '../payment-settings.ts';
import { print, printJson } from '../print.ts';
import { type KnobFlags, knobsFrom } from '../psp-knobs.ts';
import type { Settings } from '../settings.ts';
import { table } from '../show.ts';

type Flags = KnobFlags & { url?: string };

/** The payment provider could not be asked. */
class NoControl extends BaedalError {
  readonly code = 'psp-no-control';
  readonly retry = true;
}

const answerWithinMs = 10_000;

/** `baedal psp control` */
export async function pspControl(settings: Settings, flags: Flags): Promise<void> {
  const knobs = knobsFrom(flags);
  const url = flags.url === undefined ? (settings.psp ?? ownPspAddress(settings)) : pspUrlFrom(flags.url);
  if (url === undefined)
    throw new UsageError(
      'No payment provider is known here. Say where it is, with --url http://127.0.0.1:7770, or run `baedal up`.',
    );
  const state = await ask(url, knobs);
  if (settings.json) return printJson(state);
  print(table(['KNOB', 'VALUE'], knobRows(state.knobs)));
  print();
  const counts = Object.entries(state.counts).map(([name, count]) => [worded(name), String(count)]);
  print(table(['SINCE IT STARTED', ''], [...counts, ['in hand now', String(state.inHand)]], [1]));
}

/** Changes these knobs, if any, and asks how it stands. */
async function ask(url: string, knobs: Partial<Knobs>): Promise<PspState> {
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

function knobRows({ latencyMs, capacity, declineRate, failRate, hangRate, loseRate }: Knobs): string[][] {
  const [least, most] = latencyMs;
  return [
    ['latency', `${least === most ? least : `${least}-${most}`} ms`],
    ['capacity', capacity === null ? 'no limit' : `${capacity} at once`],
    ['decline rate', String(declineRate)],
    ['fail rate', String(failRate)],
    ['hang rate', String(hangRate)],
    ['lose rate', String(loseRate)],
  ];
}

/** turnedAway -> turned away */
const worded = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
