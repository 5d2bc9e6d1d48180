import type { LinkState } from '../broker/broker.ts';

/**
 * Says how the link to the broker is, each time that is news. While it is not up each reason is said once: a broker that stays away may give
 * two of them in turn, one at every try.
 */
export function linkLines(say: (line: string) => void): (link: LinkState) => void {
  const said = new Set<string>(['broker: up']);
  return ({ state, reason }) => {
    const line = `broker: ${state}${reason ? `: ${reason}` : ''}`;
    if (said.has(line)) return;
    if (state === 'up') said.clear();
    else said.delete('broker: up');
    said.add(line);
    say(line);
  };
}
