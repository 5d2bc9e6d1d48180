import type { Answer } from '../actors/actor.ts';

/** What came as an answer, if it is one: somebody else may have written anything. */
export function answerIn(text: string): Answer | undefined {
  try {
    return asAnswer(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The same of what was read already. */
export function asAnswer(value: unknown): Answer | undefined {
  const answer = value as Answer | null | undefined;
  return answer?.outcome === 'done' || answer?.outcome === 'refused' ? answer : undefined;
}
