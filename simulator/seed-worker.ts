/** Surveys ranges of seeds for the process that started this one, until that lets go of it. */
import { type Range, surveySeeds } from './survey.ts';

process.on('message', (range: Range) => {
  surveySeeds(range).then(
    (survey) => process.send?.({ survey }),
    (error: unknown) =>
      process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
// Ctrl-C reaches the whole group; the one that started this one ends it.
process.on('SIGINT', () => {});
