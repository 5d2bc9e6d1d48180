import type { Lang } from '../../../actors/notifier/texts.ts';
import type { Progress } from '../../../simulation/report.ts';
import { latinOf } from '../../dashboard/latin.ts';
import { saysNo, saysYes } from '../../dashboard/prompt-keys.ts';
import { isTooSmall, type Size } from '../../dashboard/shown.ts';
import type { Watched } from './watched.ts';
import { wordsOf } from './words.ts';

export type WatcherOptions = {
  progress(): Progress;
  lang: Lang;
  size(): Size;
  /** Somebody wants it to end early. Called again where they press Ctrl-C again: they mean at once. */
  onStop(): void;
};

/** The view of a simulation without its looks: takes keys, does what they say, and keeps at hand what is to be drawn. */
export class Watcher {
  private asking = false;
  private stopping = false;
  private help = false;
  private cold: Progress | undefined;
  private readonly listeners = new Set<() => void>();
  private current: Watched;

  constructor(private readonly options: WatcherOptions) {
    this.current = this.look();
  }

  readonly watched = (): Watched => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Looks how far it has come, unless it is frozen. */
  tick(): void {
    if (!this.cold) this.refresh();
  }

  /** Draws anew, as after a change of size. */
  refresh(): void {
    this.current = this.look();
    for (const listener of this.listeners) listener();
  }

  press(key: string): void {
    this.take(latinOf(key));
    this.refresh();
  }

  /** Whoever presses Ctrl-C, or closes the window, is not asked. */
  stop(): void {
    this.asking = false;
    this.stopping = true;
    this.options.onStop();
  }

  private take(key: string): void {
    if (key === 'ctrl-c') this.stop();
    else if (this.asking) {
      if (saysYes(key)) this.stop();
      else if (saysNo(key)) this.asking = false;
    } else if (this.help) this.help = false;
    else if (key === 'q') this.asking = !this.stopping;
    else if (isTooSmall(this.options.size()))
      return; // nobody should press what they cannot see
    else if (key === '?') this.help = true;
    // A copy: whoever simulates may go on with the same samples.
    else if (key === 'f') this.cold = this.cold ? undefined : structuredClone(this.current.progress);
  }

  private look(): Watched {
    const { progress, lang, size } = this.options;
    return {
      progress: this.cold ?? progress(),
      words: wordsOf(lang),
      lang,
      size: size(),
      frozen: this.cold !== undefined,
      asking: this.asking,
      stopping: this.stopping,
      help: this.help,
    };
  }
}
