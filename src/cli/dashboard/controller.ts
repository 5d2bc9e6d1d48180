import type { Lang } from '../../actors/notifier/texts.ts';
import { reasonOf } from '../../errors.ts';
import { keysNow } from './common-keys.ts';
import { latinOf } from './latin.ts';
import type { Operations } from './operations.ts';
import { edited, saysNo, saysYes } from './prompt-keys.ts';
import { chosenOf, type Key, type Prompt, type Reaction } from './screen.ts';
import { type Cold, isTooSmall, look, type Shown, type Size } from './shown.ts';
import type { Source } from './source.ts';
import { after, type State, shownOf, start, without } from './state.ts';

/** A row that came under the cursor by itself less than this long ago is not what somebody meant, milliseconds. */
const slippedMs = 700;

export type ControllerOptions = {
  source: Source;
  operations: Operations;
  lang: Lang;
  readOnly: boolean;
  /** Epoch milliseconds. */
  now(): number;
  size(): Size;
  /** Puts text where the user's terminal keeps what is copied. */
  copy(text: string): void;
  onQuit(): void;
};

/**
 * The dashboard without its looks: takes keys, does what they say, and keeps at hand what is to be drawn. It looks for something new when
 * `tick` is called, a few times a second, and draws nothing where there is nothing new.
 */
export class Controller {
  private state: State = start;
  private readonly listeners = new Set<() => void>();
  private current: Shown;
  private seen = '';
  private cold: Cold | undefined;
  /** The row under the cursor, and since when it is there without anybody having moved. */
  private under: { viewId: number; id: string | undefined; slippedAt: number };

  constructor(private readonly options: ControllerOptions) {
    this.current = this.look();
    this.under = { viewId: this.current.view.id, id: chosenOf(this.current), slippedAt: Number.NEGATIVE_INFINITY };
  }

  readonly shown = (): Shown => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Looks whether there is something new; the clock goes on by the second. */
  tick(): void {
    if (this.state.frozen) return;
    const { source, now } = this.options;
    const stamp = `${source.version()} ${Math.floor(now() / 1_000)}`;
    if (stamp === this.seen) return;
    this.seen = stamp;
    this.refresh();
    const [{ view }, id] = [this.current, chosenOf(this.current)];
    if (view.id === this.under.viewId && this.under.id !== undefined && id !== this.under.id)
      this.under.slippedAt = now();
    this.under = { ...this.under, viewId: view.id, id };
  }

  /** Draws anew, as after a change of size. */
  refresh(): void {
    this.current = this.look();
    for (const listener of this.listeners) listener();
  }

  press(key: string): void {
    this.take(this.state.prompt?.kind === 'text' ? key : latinOf(key));
    this.refresh();
    // Who presses a key has looked.
    this.under = { viewId: this.current.view.id, id: chosenOf(this.current), slippedAt: Number.NEGATIVE_INFINITY };
  }

  private take(key: string): void {
    if (key === 'ctrl-c' || (key === 'q' && isTooSmall(this.options.size()))) this.options.onQuit();
    else if (isTooSmall(this.options.size()))
      return; // nobody should press what they cannot see
    else if (this.state.help) this.state = { ...this.state, help: false };
    else if (this.state.prompt) this.answer(this.state.prompt, key);
    else {
      this.state = without(this.state, 'notice');
      const pressed = keysNow(this.current).find((one) => one.key === key);
      if (pressed) this.react(this.isSlip(pressed) ? this.telling('slipped') : pressed.react(this.current));
    }
  }

  /** Whether the row went away in the moment in which somebody pressed a key for it. */
  private isSlip({ ofRow = false }: Key): boolean {
    const { view } = this.current;
    return ofRow && view.id === this.under.viewId && this.options.now() - this.under.slippedAt < slippedMs;
  }

  private answer(prompt: Prompt, key: string): void {
    if (prompt.kind === 'confirm') {
      if (!saysYes(key) && !saysNo(key)) return;
      this.state = without(this.state, 'prompt');
      if (saysYes(key)) this.react(prompt.onYes);
    } else if (key === 'escape') {
      this.state = without(this.state, 'prompt');
      if (prompt.live) this.react(prompt.live(''));
    } else if (key === 'enter') {
      this.state = without(this.state, 'prompt');
      this.react(prompt.onText(prompt.value));
    } else {
      const value = edited(prompt.value, key);
      this.state = { ...this.state, prompt: { ...prompt, value } };
      if (prompt.live) this.react(prompt.live(value));
    }
  }

  private react(reaction: Reaction): void {
    this.state = after(this.state, reaction);
    for (const one of reaction.kind === 'several' ? reaction.reactions : [reaction]) this.perform(one);
  }

  /** What a reaction does beyond this screen. */
  private perform(reaction: Reaction): void {
    if (reaction.kind === 'quit') this.options.onQuit();
    if (reaction.kind === 'freeze') this.cold = undefined;
    if (reaction.kind === 'copy') {
      this.options.copy(reaction.text);
      this.react({ kind: 'tell', notice: { text: this.current.words.told.copied(reaction.text), tone: 'good' } });
    }
    if (reaction.kind === 'work') void this.work(reaction);
  }

  private async work({ run, saying }: Extract<Reaction, { kind: 'work' }>): Promise<void> {
    const { id } = shownOf(this.state);
    let done: Reaction;
    try {
      done = await run(this.options.operations);
    } catch (error) {
      done = { kind: 'tell', notice: { text: reasonOf(error), tone: 'bad' } };
    }
    if (this.state.notice?.text === saying) this.state = without(this.state, 'notice');
    // A question that comes late must not be answered by what is typed for something else.
    const elsewhere = this.state.prompt !== undefined || this.state.help || shownOf(this.state).id !== id;
    this.react(done.kind === 'prompt' && elsewhere ? this.telling('tooLate') : done);
    this.refresh();
  }

  private telling(what: 'slipped' | 'tooLate'): Reaction {
    return { kind: 'tell', notice: { text: this.current.words.told[what], tone: 'bad' } };
  }

  private look(): Shown {
    const { source, lang, readOnly, now, size } = this.options;
    const { shown, cold } = look({ source, lang, readOnly, now: now(), size: size() }, this.state, this.cold);
    this.cold = cold;
    return shown;
  }
}
