import type { Key } from 'ink';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { goTo } from '../../../src/cli/dashboard/go-to.ts';
import { keyNames } from '../../../src/cli/dashboard/keyboard.ts';
import { latinOf } from '../../../src/cli/dashboard/latin.ts';
import { edited } from '../../../src/cli/dashboard/prompt-keys.ts';
import { wordsOf } from '../../../src/cli/dashboard/words.ts';

const names = (input: string, key: Partial<Key> = {}) => keyNames(input, key as Key);

test('keys have names, and letters are themselves', () => {
  assert.equal(names('', { upArrow: true }), ['up']);
  assert.equal(names('\r', { return: true }), ['enter']);
  assert.equal(names('', { escape: true }), ['escape']);
  assert.equal(names('c', { ctrl: true }), ['ctrl-c']);
  assert.equal(names(' '), ['space']);
  assert.equal(names('김'), ['김']);
});

test('an Escape and the key behind it, read together, are two keys', () => {
  assert.equal(names('q', { meta: true }), ['escape', 'q']);
  assert.equal(names('', { meta: true, upArrow: true }), ['escape', 'up']);
  assert.equal(names('', { meta: true, escape: true }), ['escape']);
});

test('what was typed fast, or pasted, is one key after the other', () => {
  assert.equal(names('kim\r'), ['k', 'i', 'm', 'enter']);
  assert.equal(names('ab\u007f'), ['a', 'b', 'backspace']);
  assert.equal(names('\u0015kim\t'), ['ctrl-u', 'k', 'i', 'm', 'tab'], 'Ctrl-U clears, and is no letter of a name');
});

test('a text is edited letter by letter, a Hangul one at a time, and keys that are no letters leave it alone', () => {
  assert.is(edited('김', 'space'), '김 ');
  assert.is(edited('김치', 'backspace'), '김');
  assert.is(edited('', 'backspace'), '');
  assert.is(edited('abc', 'ctrl-u'), '');
  for (const key of ['up', 'left', 'tab', 'pageup', 'ctrl-a']) assert.is(edited('abc', key), 'abc');
});

test('letters of the Korean keyboard are the keys under them', () => {
  assert.equal([...'ㅂㅁㅜㅏㅓ'].map(latinOf), ['q', 'a', 'n', 'k', 'j']);
  assert.is(latinOf('enter'), 'enter');
});

test('a screen is found by the beginning of its name or by its name in the language of the house', () => {
  const screenOf = (text: string, lang: 'ko' | 'en' = 'en') => {
    const reaction = goTo(text, wordsOf(lang), false);
    return reaction.kind === 'open' ? reaction.view.screen : reaction.kind;
  };
  assert.equal(
    ['or', 'KITCHEN', 'r', 'mess', 'sys', 'let', 'new'].map((text) => screenOf(text)),
    ['orders', 'kitchen', 'riders', 'messages', 'system', 'letters', 'place'],
  );
  assert.is(screenOf('주방', 'ko'), 'kitchen');
  assert.is(screenOf(''), 'several', 'nothing said, nothing done');
  assert.is(screenOf('xyz'), 'tell');
});

test('read-only, `:new` leads nowhere', () => {
  assert.is(goTo('new', wordsOf('en'), true).kind, 'tell');
});

test.run();
