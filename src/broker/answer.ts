import type { Answer } from '../actors/actor.ts';

/** What came as an answer, if it is one: somebody else may have written anything. */
export function answerIn(text: string): Answer | undefined {
  try {
    const answer = JSON.parse(text) as Answer | null;
    return answer?.outcome === 'done' || answer?.outcome === 'refused' ? answer : undefined;
  } catch {
    return undefined;
  }
}
