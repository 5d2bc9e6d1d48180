import type { Knobs } from '../../psp/knobs.ts';
import { askPsp } from '../ask-psp.ts';
import { UsageError } from '../exit-code.ts';
import { ownPspAddress } from '../own-psp.ts';
import { pspUrlFrom } from '../payment-settings.ts';
import { print, printJson } from '../print.ts';
import { type KnobFlags, knobsFrom } from '../psp-knobs.ts';
import type { Settings } from '../settings.ts';
import { table } from '../show.ts';

type Flags = KnobFlags & { url?: string };

/** `baedal psp control` */
export async function pspControl(settings: Settings, flags: Flags): Promise<void> {
  const knobs = knobsFrom(flags);
  const url = flags.url === undefined ? (settings.psp ?? ownPspAddress(settings)) : pspUrlFrom(flags.url);
  if (url === undefined)
    throw new UsageError(
      'No payment provider is known here. Say where it is, with --url http://127.0.0.1:7770, or run `baedal up`.',
    );
  const state = await askPsp(url, knobs);
  if (settings.json) return printJson(state);
  print(table(['KNOB', 'VALUE'], knobRows(state.knobs)));
  print();
  const counts = Object.entries(state.counts).map(([name, count]) => [worded(name), String(count)]);
  print(table(['SINCE IT STARTED', ''], [...counts, ['in hand now', String(state.inHand)]], [1]));
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
