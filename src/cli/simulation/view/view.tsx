import type { Lang } from '../../../actors/notifier/texts.ts';
import type { Progress } from '../../../simulation/report.ts';
import { type Canvas, type Drawing, runScreen } from '../../dashboard/run-screen.ts';
import { say } from '../../print.ts';
import { SimulationScreen } from './screen.tsx';
import { Watcher } from './watcher.ts';

export type ViewOptions = {
  /** How far it has come, now. */
  progress(): Progress;
  lang: Lang;
  /** Somebody wants it to end early. Called again where they press Ctrl-C again: they mean at once. */
  onStop(): void;
  /** Ends the view. */
  signal: AbortSignal;
};

/**
 * Shows a simulation while it runs, until `signal` comes, or until nobody sits there any more, which asks for an early end. The terminal is
 * as it was afterwards. What the process would print meanwhile is said then.
 */
export async function showSimulation({ progress, lang, onStop, signal }: ViewOptions): Promise<void> {
  const warnings: string[] = [];
  const draw = ({ size }: Canvas): Drawing => {
    const watcher = new Watcher({ progress, lang, size, onStop });
    return {
      node: <SimulationScreen watcher={watcher} />,
      tick: () => watcher.tick(),
      refresh: () => watcher.refresh(),
      onHangUp: () => watcher.stop(),
    };
  };
  try {
    await runScreen({ draw, onWarning: (text) => warnings.push(text), signal });
  } finally {
    for (const text of warnings) say(text);
  }
}
