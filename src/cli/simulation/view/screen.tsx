import { Box, useInput } from 'ink';
import { useSyncExternalStore } from 'react';
import { keyNames } from '../../dashboard/keyboard.ts';
import { Line } from '../../dashboard/line.tsx';
import { linesOf } from './lines.ts';
import type { Watcher } from './watcher.ts';

/** The view of a simulation: it draws what the watcher has at hand, and hands it every key. */
export function SimulationScreen({ watcher }: { readonly watcher: Watcher }) {
  const watched = useSyncExternalStore(watcher.subscribe, watcher.watched);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) watcher.press(name);
  });
  const { columns, rows } = watched.size;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      {linesOf(watched).map((pieces, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of text has no other name
        <Line key={i} pieces={pieces} />
      ))}
    </Box>
  );
}
