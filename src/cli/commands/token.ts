import { roles } from '../../http/caller.ts';
import { signToken } from '../../http/tokens.ts';
import { parseId } from '../arguments.ts';
import { UsageError } from '../exit-code.ts';
import { now } from '../open-broker.ts';
import { print, printJson } from '../print.ts';
import type { Settings } from '../settings.ts';
import { keysFrom, namesFrom } from '../token-keys.ts';

type Flags = { role: string; subject: string; for: string };

/** `baedal token`: for development, where nobody else issues tokens. */
export async function token(settings: Settings, flags: Flags): Promise<void> {
  const role = roles.find((role) => role === flags.role);
  if (!role) throw new UsageError(`There is no role "${flags.role}". The roles are ${roles.join(', ')}.`);
  const subject = parseId(flags.subject, 'The subject');
  const expiresAt = now() + spanFrom(flags.for);
  const keys = keysFrom(settings);
  if (!keys)
    throw new UsageError(
      'There is no secret to sign it with. Name one with --jwt-secret-file or BAEDAL_JWT_SECRET_FILE.',
    );
  if ('jwks' in keys)
    throw new UsageError('The keys are at a server, so tokens come from whoever runs it. Only a secret can sign here.');
  const text = await signToken(keys.secret, { role, subject, expiresAt }, namesFrom(settings));
  if (settings.json) printJson({ token: text, role, subject, expiresAt });
  else print(text);
}

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longestMs = 365 * 86_400_000;

/** `1h` -> milliseconds. @throws {UsageError} */
function spanFrom(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,8})([smhd])$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? 0);
  if (!(ms > 0 && ms <= longestMs))
    throw new UsageError(`How long it holds is such as 90s, 30m, 1h or 7d, a year at most, not "${text}".`);
  return ms;
}
