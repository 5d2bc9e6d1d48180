/** How deep a body may be nested. No message of ours comes near it; what walks through a value a few thousand deep exhausts its stack. */
export const deepest = 200;

/** Whether arrays and objects in a text of JSON lie in each other deeper than that. What stands in quotes does not count. */
export function isTooDeep(json: string): boolean {
  if (json.length < 2 * deepest) return false;
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const letter = json.charCodeAt(i);
    if (letter === quote) i = endOfText(json, i);
    else if (letter === bracket || letter === brace) {
      if (++depth > deepest) return true;
    } else if (letter === bracket + 2 || letter === brace + 2) depth--;
  }
  return false;
}

const [quote, backslash, bracket, brace] = [0x22, 0x5c, 0x5b, 0x7b];

/** Where the text that begins with the quote at `start` ends. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end > 0; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === backslash) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return json.length; // no JSON
}
