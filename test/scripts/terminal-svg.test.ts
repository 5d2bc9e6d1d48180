import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { terminalSvg } from '../../scripts/terminal-svg.ts';
import { openEmulator } from '../harness/terminal/emulator.ts';

const nobody = () => {};

/** The picture of a screen of 40 × 2 on which this was written. */
async function drawn(text: string, caption = 'baedal') {
  const emulator = openEmulator({ columns: 40, rows: 2 }, nobody, nobody);
  await emulator.write(text);
  return terminalSvg({ caption, title: 'A screen.', columns: 40, lines: emulator.screen() });
}

/** The texts on the screen, each as its attributes and what it says. */
const textsIn = (svg: string): [string, string][] =>
  [...svg.matchAll(/^<text (x="[\d.]+" y="[\d.]+" textLength.*?)>(.*)<\/text>$/gm)].map(([, how, what]) => [
    how!,
    what!,
  ]);

test('words stand at their columns, as wide as their cells', async () => {
  assert.equal(textsIn(await drawn('ab cd   ef\r\n  g')), [
    ['x="0" y="13.5" textLength="42" lengthAdjust="spacingAndGlyphs"', 'ab cd'],
    ['x="67.2" y="13.5" textLength="16.8" lengthAdjust="spacingAndGlyphs"', 'ef'],
    ['x="16.8" y="31.5" textLength="8.4" lengthAdjust="spacingAndGlyphs"', 'g'],
  ]);
});

test('Hangul takes exactly two cells, and what follows stands where it should in any font', async () => {
  const [hangul, letters] = textsIn(await drawn('국밥 ok'));
  assert.match(hangul![0], /^x="0" y="13\.5" textLength="33\.6" lengthAdjust="spacingAndGlyphs" font-size="15"$/);
  assert.is(hangul![1], '국밥');
  assert.match(letters![0], /^x="42" .* textLength="16\.8"/);
});

test('a sign that a font may lack moves no other', async () => {
  assert.equal(
    textsIn(await drawn('a◕b──c')).map(([, text]) => text),
    ['a', '◕', 'b', '──', 'c'],
  );
});

test('colours: sixteen, the cube, greys, and any other', async () => {
  const svg = await drawn('\x1b[31mA\x1b[38;5;208mB\x1b[38;5;232mC\x1b[38;2;1;2;3mD\x1b[0mE');
  assert.equal(
    textsIn(svg).map(([how, text]) => [text, /fill="(.*)"/.exec(how)?.[1]]),
    [
      ['A', '#e06c75'],
      ['B', '#ff8700'],
      ['C', '#080808'],
      ['D', '#010203'],
      ['E', undefined],
    ],
  );
});

test('bold, dim, italic, underlined, struck, and nothing of what is hidden', async () => {
  const svg = await drawn('\x1b[1mA\x1b[0;2mB\x1b[0;3mC\x1b[0;4mD D\x1b[0;9mE\x1b[0;8mF\x1b[0m');
  assert.equal(
    textsIn(svg).map(([how, text]) => [text, how.replace(/^.*lengthAdjust="\w+"/, '').trim()]),
    [
      ['A', 'font-weight="bold"'],
      ['B', 'fill="#808388"'],
      ['C', 'font-style="italic"'],
      ['D D', 'text-decoration="underline"'],
      ['E', 'text-decoration="line-through"'],
    ],
  );
});

test('inverse and backgrounds are painted below the letters, across the gaps', async () => {
  const svg = await drawn('\x1b[7mA   국\x1b[0m\x1b[44m \x1b[0m');
  assert.match(svg, '<rect x="0" y="0" width="50.4" height="18" fill="#d7dae0"/>');
  assert.match(svg, '<rect x="50.4" y="0" width="8.4" height="18" fill="#61afef"/>');
  assert.match(textsIn(svg)[0]![0], 'fill="#16181d"');
});

test('the text is escaped, and says to those who cannot see it what it is', async () => {
  const svg = await drawn('<b> & "c"', '<script>');
  assert.is(textsIn(svg)[0]![1], '&lt;b&gt; &amp; &quot;c&quot;');
  assert.match(svg, '<title id="title">A screen.</title>');
  assert.not.match(svg, '<script');
  assert.match(svg, 'xml:space="preserve"');
});

test('the same screen gives the same picture', async () => {
  assert.is(await drawn('바삭 \x1b[1mchicken'), await drawn('바삭 \x1b[1mchicken'));
});

test.run();
