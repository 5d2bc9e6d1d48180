import { once } from 'node:events';
import { resolve } from 'node:path';
import { BaedalError, reasonOf } from '../../errors.ts';
import type { Knobs } from '../../kakao/knobs.ts';
import { startKakao } from '../../kakao/server.ts';
import { loadKakaoFile } from '../../partners/kakao/kakao-file.ts';
import { registrationsOf } from '../../partners/kakao/template-check.ts';
import { phoneOf } from '../../partners/phone.ts';
import { acquireLock } from '../../sqlite/process-lock.ts';
import { parseCount } from '../arguments.ts';
import { kakaoKeyFrom } from '../kakao-settings.ts';
import { now } from '../open-broker.ts';
import { printJson, say } from '../print.ts';
import { parseRate } from '../psp-knobs.ts';
import type { Settings } from '../settings.ts';
import { untilSignal } from '../until-signal.ts';

type Flags = {
  port: string;
  ledger: string;
  latencyMs?: string;
  limit?: string;
  refuseRate?: string;
  failRate?: string;
  hangRate?: string;
  loseRate?: string;
};

/** The message provider could not be started. */
class KakaoNotStarted extends BaedalError {
  readonly code = 'kakao-not-started';
  readonly retry = false;
}

/** `baedal kakao`. What is registered with it are the templates, the channel and the number of the settings; without them any. */
export async function kakao(settings: Settings, flags: Flags): Promise<void> {
  const port = parseCount(flags.port, 'The port', 65_535, 0);
  const knobs = knobsFrom(flags);
  const ledger = resolve(flags.ledger);
  const texts = settings.kakao ?? {};
  const file = texts.file === undefined ? {} : loadKakaoFile(texts.file);
  const ids: Record<string, string> = file.templates ?? {};
  const [pfId, from] = [texts.pfId ?? file.pfId, texts.from ?? file.from];
  const signal = untilSignal('Stopping.');
  const lock = acquireLock(`${ledger}.lock`);
  if (!lock)
    throw new KakaoNotStarted(
      `Another message provider has the ledger ${ledger} open. Stop that one, or choose another file with --ledger.`,
    );
  try {
    const running = await startKakao({
      port,
      ledger,
      ...kakaoKeyFrom(texts),
      templates: registrationsOf().map(({ code, text }) => ({ id: ids[code] ?? code, text })),
      ...(pfId !== undefined && { pfId }),
      ...(from !== undefined && { from: phoneOf(from) ?? from }),
      knobs,
      now,
      random: Math.random,
    }).catch((error) => {
      throw notStarted(error, port, ledger);
    });
    if (settings.json) printJson({ url: running.url, ledger });
    say(`Message provider at ${running.url}. Nobody gets anything; its ledger is ${ledger}. Ctrl-C stops it.`);
    if (!signal.aborted) await once(signal, 'abort');
    await running.close();
  } finally {
    lock.release();
  }
}

/** Only the knobs that flags name. @throws {UsageError} */
function knobsFrom(flags: Flags): Partial<Knobs> {
  const { latencyMs, limit, refuseRate, failRate, hangRate, loseRate } = flags;
  return {
    ...(latencyMs !== undefined && { latencyMs: parseCount(latencyMs, 'The latency, in milliseconds,', 600_000, 0) }),
    ...(limit !== undefined && { limit: parseCount(limit, 'The limit of requests a second', 1e9, 0) || null }),
    ...(refuseRate !== undefined && { refuseRate: parseRate(refuseRate, 'refuse') }),
    ...(failRate !== undefined && { failRate: parseRate(failRate, 'fail') }),
    ...(hangRate !== undefined && { hangRate: parseRate(hangRate, 'hang') }),
    ...(loseRate !== undefined && { loseRate: parseRate(loseRate, 'lose') }),
  };
}

function notStarted(cause: unknown, port: number, ledger: string): BaedalError {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  const sentence =
    code === 'ledger-damaged'
      ? reasonOf(cause)
      : code === 'EADDRINUSE'
        ? `Port ${port} is in use. Choose another one with --port, or --port 0 for any that is free.`
        : syscall === 'listen'
          ? `Port ${port} cannot be used (${reasonOf(cause)}). Choose another one with --port.`
          : `The ledger ${ledger} cannot be used (${reasonOf(cause)}). Choose another file with --ledger.`;
  return new KakaoNotStarted(sentence, { cause });
}
