export const saysYes = (key: string): boolean => ['y', 'Y'].includes(key);
export const saysNo = (key: string): boolean => ['n', 'N', 'escape', 'enter', 'q'].includes(key);

/** Names of keys that are no letters. */
const noLetter = /^(ctrl-.*|up|down|left|right|tab|home|end|pageup|pagedown)$/;

/** A text after a key. */
export function edited(text: string, key: string): string {
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  if (key === 'backspace') return letters.slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'space') return `${text} `;
  return noLetter.test(key) ? text : text + key;
}
