import { redactUrl } from '../../broker/rabbitmq/broker-url.ts';
import { standInKey } from '../payment-settings.ts';
import type { Given } from '../settings.ts';
import type { Facts } from './facts.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Whether the settings can be used, and where each comes from. What is secret is not shown. */
export function checkSettings({ settings }: Facts): Finding[] {
  if ('failure' in settings)
    return [
      problem('settings', settings.failure, {
        cure: 'Correct it. Until then no command works, and little can be checked.',
      }),
    ];
  const { given } = settings;
  if (given.length === 0) return [ok('settings', 'None is set: all are the defaults.')];
  return given.map((one) => ok('settings', `${one.name}: ${shownValue(one)}, from ${one.from}.`));
}

function shownValue({ name, value }: Given): string {
  if (name === 'broker' || name === 'jwks') return redactUrl(value);
  if (name === 'jwtSecret') return 'a secret';
  if (name === 'kakaoKey' || name === 'kakaoSecret') return 'set';
  if (name !== 'pspKey') return value;
  if (value === standInKey) return 'the key of `baedal psp`';
  return value.startsWith('live_') ? 'a live key, which charges real cards' : 'a test key';
}
