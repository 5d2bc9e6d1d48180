import type { Lang } from '../../actors/notifier/texts.ts';
import { reasonOf } from '../../errors.ts';
import { type Overview, overviewOf } from '../overview.ts';
import { keysNow } from './common-keys.ts';
import { latinOf } from './latin.ts';
import type { Operations } from './operations.ts';
import { edited, saysNo, saysYes } from './prompt-keys.ts';
import type { Content, Context, Prompt, Reaction } from './screen.ts';
import { screens } from './screens/registry.ts';
import type { Source, Vitals } from './source.ts';
import { after, type State, shownOf, start, without } from './state.ts';
import { wordsOf } from './words.ts';

export type Size = { columns: number; rows: number };

/** Lines that are not the screen's own: head, counts, two rules, notice, keys. */
export const frameRows = 6;
const smallest: Size = { columns: 80, rows: 24 };

export const isTooSmall = ({ columns, rows }: Size): boolean => columns < smallest.columns || rows < smallest.rows;

/** Everything that is drawn, at one moment. */
export type Shown = Context & {
  state: State;
  size: Size;
  vitals: Vitals;
  overview?: Overview;
  /** Why there is nothing to show. */
  failure?: string;
};

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
  /** What was read while everything stands still, by what it depends on. */
  private cold: { of: string; content: Content; overview: Overview } | undefined;

  constructor(private readonly options: ControllerOptions) {
    this.current = this.look();
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
  }

  /** Draws anew, as after a change of size. */
  refresh(): void {
    this.current = this.look();
    for (const listener of this.listeners) listener();
  }

  press(key: string): void {
    this.take(this.state.prompt?.kind === 'text' ? key : latinOf(key));
    this.refresh();
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
      if (pressed) this.react(pressed.react(this.current));
    }
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
    let done: Reaction;
    try {
      done = await run(this.options.operations);
    } catch (error) {
      done = { kind: 'tell', notice: { text: reasonOf(error), tone: 'bad' } };
    }
    if (this.state.notice?.text === saying) this.state = without(this.state, 'notice');
    this.react(done);
    this.refresh();
  }

  private look(): Shown {
    const { source, lang, readOnly, now: clock, size: sizeOf } = this.options;
    const { state } = this;
    const [now, size, view] = [clock(), sizeOf(), shownOf(state)];
    const screen = screens[view.screen];
    const words = wordsOf(lang);
    const rows = Math.max(1, size.rows - frameRows);
    const common = {
      state,
      view,
      screen,
      size,
      now,
      words,
      lang,
      readOnly,
      menu: source.menu(),
      vitals: source.vitals(),
    };
    const context = { ...common, depth: state.views.length, page: Math.max(1, rows - 1) };
    const of = JSON.stringify([view.id, view.filter, view.faultsOnly, view.sort, view.cart]);
    try {
      if (this.cold?.of === of) return { ...context, ...this.cold };
      const content = screen.read(source, view, { rows, columns: size.columns, lang });
      const overview = source.ask((db) => overviewOf(db, now));
      if (state.frozen) this.cold = { of, content, overview };
      return { ...context, content, overview };
    } catch (error) {
      return { ...context, content: { ids: [] }, failure: `${words.told.unreadable}: ${reasonOf(error)}` };
    }
  }
}
