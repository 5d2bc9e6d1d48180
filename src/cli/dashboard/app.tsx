import { Box, useInput } from 'ink';
import { useSyncExternalStore } from 'react';
import type { Controller } from './controller.ts';
import { fitPieces, wrap } from './fit.ts';
import { Counts, Foot, footOf, Head, Help, Keys, Rule } from './frame.tsx';
import { keyNames } from './keyboard.ts';
import { Line } from './line.tsx';
import { frameRows, isTooSmall, type Shown } from './shown.ts';

/** The dashboard: it draws what the controller has at hand, and hands it every key. */
export function App({ controller }: { readonly controller: Controller }) {
  const shown = useSyncExternalStore(controller.subscribe, controller.shown);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) controller.press(name);
  });
  const { columns, rows } = shown.size;
  return (
    // Every line has been cut to the width, and every screen to its height: for Ink to cut them once more would take as long as all the rest.
    <Box flexDirection="column" width={columns} height={rows}>
      {isTooSmall(shown.size) ? <TooSmall shown={shown} /> : <Whole shown={shown} />}
    </Box>
  );
}

function TooSmall({ shown: { words, size } }: { readonly shown: Shown }) {
  return wrap(words.small(size.columns, size.rows), size.columns).map((text) => (
    <Line key={text} pieces={[{ text }]} />
  ));
}

function Whole({ shown }: { readonly shown: Shown }) {
  const { columns, rows } = shown.size;
  const foot = footOf(shown);
  const height = rows - frameRows - (foot.length - 1);
  return (
    <>
      <Head shown={shown} />
      <Counts shown={shown} />
      <Rule width={columns} />
      <Box flexDirection="column" height={height}>
        <Middle shown={shown} height={height} />
      </Box>
      <Rule width={columns} />
      <Foot lines={foot} width={columns} />
      <Keys shown={shown} />
    </>
  );
}

function Middle({ shown, height }: { readonly shown: Shown; readonly height: number }) {
  const { state, failure, screen, size } = shown;
  if (state.help) return <Help shown={shown} height={height} />;
  if (failure !== undefined)
    return wrap(failure, size.columns - 2).map((text) => (
      <Line key={text} pieces={fitPieces([{ text: ` ${text}`, color: 'red' }], size.columns)} />
    ));
  if (state.prompt?.kind === 'confirm' && state.prompt.details)
    return state.prompt.details
      .flatMap((text) => wrap(text, size.columns - 2))
      .slice(0, height)
      .map((text, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
        <Line key={i} pieces={fitPieces([{ text: ` ${text}` }], size.columns)} />
      ));
  return <screen.Body {...shown} width={size.columns} height={height} />;
}
