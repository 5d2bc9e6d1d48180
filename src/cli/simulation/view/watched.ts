import type { Lang } from '../../../actors/notifier/texts.ts';
import type { Progress } from '../../../simulation/report.ts';
import type { Size } from '../../dashboard/shown.ts';
import type { Words } from './english.ts';

/** Everything that is drawn, at one moment. */
export type Watched = {
  progress: Progress;
  words: Words;
  lang: Lang;
  size: Size;
  /** It is shown as it was when somebody froze it. */
  frozen: boolean;
  /** Somebody pressed q, and has not said yet whether they mean it. */
  asking: boolean;
  /** Somebody has asked for an early end. */
  stopping: boolean;
  help: boolean;
};
