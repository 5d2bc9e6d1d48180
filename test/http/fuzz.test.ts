import { request } from 'node:http';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serviceNames } from '../../src/http/service.ts';
import { type HttpStage, httpStage, tokenOf } from './stage.ts';

const test = suite('requests of any kind');

let stage: HttpStage;
const urls: string[] = [];
let tokens: string[];
test.before(async () => {
  stage = await httpStage(undefined);
  for (const name of serviceNames) urls.push((await stage.start(name)).url);
  await stage.ready(urls[0]!);
  tokens = [
    await tokenOf('customer', 'kim'),
    await tokenOf('store', 'noodle-bar'),
    await tokenOf('rider', 'han'),
    await tokenOf('operator', 'boss'),
    'nonsense',
  ];
});
test.after(() => stage.close());

type Sent = { url: string; method: string; path: string; headers: Record<string, string>; body: Buffer };
type Got = { status: number; type: string; id: string | undefined; text: string };

function ask({ url, method, path, headers, body }: Sent): Promise<Got> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, method, path, headers, agent: false, timeout: 5_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          type: response.headers['content-type'] ?? '',
          id: response.headers['x-request-id'] as string | undefined,
          text,
        }),
      );
    });
    sending.on('timeout', () => sending.destroy(new Error('no answer within 5 s')));
    sending.on('error', reject);
    sending.end(body);
  });
}

const part = fc.oneof(
  fc.constantFrom('orders', 'pays', 'stores', 'myPages', 'deliveries', 'health', 'ready', 'events', 'menu', 'docs'),
  fc.constantFrom('noodle-bar', 'x', '..', '.', '%2e%2e', '%2f', '%00', '%', '__proto__', 'constructor', '김치', ''),
  fc.string({ maxLength: 80 }),
);
const question = fc.oneof(
  fc.constant(''),
  fc.constantFrom('?', '?customer=kim', '?limit=-1', '?limit=1e9', '?status=placed', '?lastEventId=x', '?reason='),
  fc.string({ maxLength: 40 }).map((text) => `?${text}`),
);
/** No request line has a space or a control in it: what has is no HTTP, which is tried elsewhere. */
const path = fc
  .tuple(fc.array(part, { maxLength: 4 }), question)
  .map(([parts, query]) =>
    `/${parts.join('/')}${query}`.replaceAll(/[^\x21-\x7e]/gu, (letter) => encodeURIComponent(letter)),
  );
const body = fc.oneof(
  fc.constant(''),
  fc.json(),
  fc.string(),
  fc.constantFrom(
    '{}',
    '[]',
    'null',
    '{"__proto__":1}',
    '{"storeId":"x","lines":[{}]}',
    `{"riderId":"${'x'.repeat(99)}"}`,
  ),
);
const header = fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?'));
const sent = fc.record({
  at: fc.nat({ max: 3 }),
  method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'),
  path,
  body,
  type: fc.oneof(fc.constant('application/json'), fc.constant('application/json'), header),
  token: fc.nat({ max: 5 }),
  extra: fc.dictionary(
    fc.constantFrom(
      'idempotency-key',
      'last-event-id',
      'x-request-id',
      'traceparent',
      'x-forwarded-for',
      'accept',
      'cookie',
    ),
    header,
  ),
});

test('nothing makes a service fail: every answer is one of ours, with a request id and no trace of the inside', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async ({ at, method, path, body, type, token, extra }) => {
      const text = Buffer.from(body);
      const headers = {
        ...extra,
        'content-type': type,
        'content-length': String(text.length),
        ...(tokens[token] !== undefined && { authorization: `Bearer ${tokens[token]}` }),
      };
      const got = await ask({ url: urls[at]!, method, path, headers, body: text });
      assert.ok(got.id, 'a request id');
      assert.is.not(got.status, 500, got.text);
      assert.not.match(got.text, /node_modules|\.ts:\d|\s+at \w/);
      if (got.status < 400) return;
      assert.match(got.type, /^application\/json/);
      const { error } = JSON.parse(got.text);
      assert.match(error.code, /^[a-z-]+$/);
      assert.ok(error.message.length > 5);
      assert.type(error.retry, 'boolean');
    }),
    { numRuns: 1_000 },
  );
  assert.not.match(stage.log(), '"level":50');
});

test.run();
