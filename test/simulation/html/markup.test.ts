import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { html, jsonInScript } from '../../../src/simulation/html/markup.ts';

const test = suite('markup');

test('what is put in is text, unless it is markup', () => {
  assert.is(html`<p>${'<b> & "c" \'d\''}</p>`.text, '<p>&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>');
  assert.is(html`<p>${html`<b>${'<'}</b>`}</p>`.text, '<p><b>&lt;</b></p>');
});

test('parts of a list follow each other, numbers are written, and nothing stands for false and undefined', () => {
  assert.is(html`<ul>${['a', html`<li>`, 0]}</ul>${false}${undefined}`.text, '<ul>a<li>0</ul>');
});

test('control characters and those that turn the direction of writing are shown as unknown', () => {
  assert.is(html`${'a\0b\x1bc\u202ed\n점심'}`.text, 'a\ufffdb\ufffdc\ufffdd\n점심');
});

test('JSON in a script ends no script, begins no comment, and says the same', () => {
  const value = { '</script>': ['<!--', '\u2028', '\u2029', '&amp;', '점심'] };
  const json = jsonInScript(value);
  assert.not.match(json, /[<>&\u2028\u2029]/);
  assert.equal(JSON.parse(json), value);
});

test.run();
