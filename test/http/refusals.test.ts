import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refusalCodes } from '../../src/actors/refusals.ts';
import { Refused } from '../../src/client/errors.ts';
import { asRequests } from '../../src/http/commands-in-text.ts';
import { errorBody } from '../../src/http/http-error.ts';
import { httpErrorOf, outcomeOf } from '../../src/http/refusals.ts';

const expected: Record<string, number> = {
  'unknown-store': 422,
  'empty-cart': 422,
  'unknown-item': 422,
  'sold-out': 422,
  'bad-quantity': 422,
  'too-many-lines': 422,
  'id-in-use': 409,
  busy: 503,
  'payment-unknown': 402,
  expired: 503,
  refused: 409,
  cancelled: 409,
  'no-such-order': 404,
  'wrong-status': 409,
  over: 409,
  'too-late': 409,
};

test('every refusal of the house has a status, and keeps its code and its sentence', () => {
  assert.equal([...refusalCodes].sort(), Object.keys(expected).sort());
  for (const code of refusalCodes) {
    const error = httpErrorOf(new Refused(code, 'It is not to be.'));
    assert.is(error.status, expected[code], code);
    assert.is(error.code, code);
    assert.match(error.message, /^It is not to be\./);
    assert.is(outcomeOf(code), code);
  }
});

test('a command that a sentence names becomes the request that answers the same', () => {
  const said = (text: string) => httpErrorOf(new Refused('unknown-item', text)).message;
  assert.is(said('There is no store "x". See `baedal menu`.'), 'There is no store "x". See GET /stores.');
  assert.is(said('It has no "x". See `baedal menu gukbap`.'), 'It has no "x". See GET /stores/gukbap/menu.');
  assert.is(said('See `baedal menu 국밥`.'), 'See GET /stores/%EA%B5%AD%EB%B0%A5/menu.');
});

test('what somebody wrote between backticks cannot tear an answer apart', () => {
  const answer = JSON.stringify({ reason: '`baedal menu x', note: '`', other: '`baedal menu \ud800`' });
  assert.is(asRequests(answer), answer);
});

test('whatever code a payment provider declines with, that is 402', () => {
  for (const code of ['REJECT_CARD_COMPANY', 'constructor', 'toString', '__proto__', '']) {
    assert.is(httpErrorOf(new Refused(code, 'Declined.')).status, 402, code);
    assert.is(outcomeOf(code), 'declined', code);
  }
});

test('who is turned away for a while is told for how long', () => {
  assert.equal(errorBody(httpErrorOf(new Refused('busy', 'Busy just now.', 1_500))), {
    error: {
      code: 'busy',
      message: 'Busy just now. Try again in 2 s as a new order, or with payLater.',
      retry: true,
      retryAfterMs: 1_500,
    },
  });
  assert.equal(errorBody(httpErrorOf(new Refused('too-late', 'Too late.'))), {
    error: { code: 'too-late', message: 'Too late.', retry: false },
  });
});

test.run();
