import { afterSettings, type Facts } from './facts.ts';
import { type Finding, ok, problem, unchecked, warning } from './finding.ts';

/** Whether people can be told by KakaoTalk, where they are to be. */
export function checkMessages({ messages }: Facts): Finding[] {
  if (!messages) return [unchecked('messages', afterSettings)];
  const { url, failure, mayPass } = messages;
  if (url === undefined) return [ok('messages', 'Lines in the terminal: no message provider is named.')];
  if (failure === undefined) return [ok('messages', `By KakaoTalk: ${url} answers, and takes the key.`)];
  if (mayPass)
    return [
      warning('messages', `The message provider at ${url} does not help: ${failure}`, {
        cure: 'Until it does, messages are lines in the terminal.',
      }),
    ];
  return [problem('messages', failure, { cure: 'Correct it. Until then `baedal up` does not start.' })];
}
