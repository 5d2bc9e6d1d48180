import xterm from '@xterm/headless';
import { type Line, linesOf } from './cells.ts';

/** What a program may have switched on in the terminal itself. */
export type Switches = {
  alternateScreen: boolean;
  cursorHidden: boolean;
  bracketedPaste: boolean;
  mouse: boolean;
  focusReports: boolean;
  kittyKeyboard: boolean;
};

/** A terminal without a window. */
export type Emulator = {
  /** Takes what the program wrote; resolves once it is on the screen. */
  readonly write: (text: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => void;
  /** The last whole frame: a program that draws one between the marks of synchronized output is not seen at it. */
  readonly screen: () => readonly Line[];
  /** The normal buffer with what has scrolled away, without empty lines at the end. */
  readonly normalScreen: () => Line[];
  readonly switches: () => Switches;
};

/** The number of the control sequence in which the host of the program reports, see host.js. */
const reports = 7770;
const report = new RegExp(String.raw`\x1b\]${reports};.*?\x1b\\`, 'g');

/** What was written, without the host's reports. */
export const withoutReports = (text: string): string => text.replaceAll(report, '');

/** Opens one of `columns` × `rows` cells.
 * @param answer takes what the terminal answers when the program asks it something
 * @param onReport takes what the host of the program reports, see host.js */
export function openEmulator(
  { columns, rows }: { columns: number; rows: number },
  answer: (text: string) => void,
  onReport: (report: string) => void,
): Emulator {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 10_000,
    allowProposedApi: true,
    logLevel: 'off',
  });
  const { parser } = terminal;
  const hidden = { cursor: false, kittyDepth: 0 }; // what the emulator does not tell
  const watch = (prefix: string, final: string, on: (params: (number | number[])[]) => void) =>
    parser.registerCsiHandler({ prefix, final }, (params) => {
      on(params);
      return false;
    });
  watch('?', 'h', (params) => {
    if (params.includes(25)) hidden.cursor = false;
  });
  watch('?', 'l', (params) => {
    if (params.includes(25)) hidden.cursor = true;
  });
  watch('>', 'u', () => {
    hidden.kittyDepth += 1;
  });
  watch('<', 'u', ([count]) => {
    hidden.kittyDepth = Math.max(0, hidden.kittyDepth - (Number(count) || 1));
  });
  parser.registerOscHandler(reports, (report) => {
    onReport(report);
    return true;
  });
  terminal.onData(answer);

  const look = () => linesOf(terminal.buffer.active, terminal.buffer.active.baseY, terminal.rows);
  let frame = look();
  return {
    write: (text) =>
      new Promise((resolve) => {
        terminal.write(text, () => {
          if (!terminal.modes.synchronizedOutputMode) frame = look();
          resolve();
        });
      }),
    resize: (columns, rows) => {
      terminal.resize(columns, rows);
      frame = look();
    },
    screen: () => frame,
    normalScreen: () => {
      const { normal } = terminal.buffer;
      const lines = linesOf(normal, 0, normal.length);
      return lines.slice(0, lines.findLastIndex(({ width }) => width > 0) + 1);
    },
    switches: () => ({
      alternateScreen: terminal.buffer.active.type === 'alternate',
      cursorHidden: hidden.cursor,
      bracketedPaste: terminal.modes.bracketedPasteMode,
      mouse: terminal.modes.mouseTrackingMode !== 'none',
      focusReports: terminal.modes.sendFocusMode,
      kittyKeyboard: hidden.kittyDepth > 0,
    }),
  };
}
