import { render } from 'ink-testing-library';
import { createElement } from 'react';
import type { Lang } from '../../../src/actors/notifier/texts.ts';
import { SimulationScreen } from '../../../src/cli/simulation/view/screen.tsx';
import { Watcher } from '../../../src/cli/simulation/view/watcher.ts';
import type { Progress } from '../../../src/simulation/report.ts';
import { sampleProgress } from '../../simulation/sample-progress.ts';

export type StageOptions = {
  progress?: Progress;
  lang?: Lang;
  columns?: number;
  rows?: number;
};

/** The view of a simulation, on a screen in memory. */
export function viewStage(options: StageOptions = {}) {
  const { lang = 'en', columns = 80, rows = 24 } = options;
  const size = { columns, rows };
  const world = { progress: options.progress ?? sampleProgress(), stops: 0 };
  const watcher = new Watcher({
    progress: () => world.progress,
    lang,
    size: () => ({ ...size }),
    onStop: () => world.stops++,
  });
  const ink = render(createElement(SimulationScreen, { watcher }));
  const text = () => ink.lastFrame() ?? '';
  return {
    world,
    size,
    /** Types as a keyboard does. */
    type: (keys: string) => drawn(() => ink.stdin.write(keys)),
    look: () => drawn(() => watcher.tick()),
    redraw: () => drawn(() => watcher.refresh()),
    text,
    lines: () => text().split('\n'),
    /** The first line that begins with it, or has it behind spaces. */
    line: (start: string) =>
      text()
        .split('\n')
        .find((line) => line.trimStart().startsWith(start)) ?? '',
    /** The frames that were drawn are kept for the tests; no more. */
    forgetFrames: () => {
      ink.frames.length = 0;
    },
    close: () => ink.unmount(),
  };
}

/** Does it, and lets React draw. */
async function drawn(work: () => void): Promise<void> {
  work();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

export type ViewStage = ReturnType<typeof viewStage>;
