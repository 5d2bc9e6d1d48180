import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifierOf } from '../../src/http/tokens.ts';
import { call, type HttpStage, httpStage, secret, tokenOf } from './stage.ts';

const test = suite('tokens');

let stage: HttpStage;
let url: string;
test.before(async () => {
  stage = await httpStage(undefined);
  ({ url } = await stage.start('mypage'));
  await stage.ready(url);
});
test.after(() => stage.close());

const inAMinute = () => Math.floor(Date.now() / 1_000) + 60;
const signed = (claims: object, header: object = {}, key: Uint8Array = secret) =>
  new SignJWT(claims as never).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);
const kim = () => ({ sub: 'kim', role: 'customer', exp: inAMinute() });

/** It is turned away with 401, a challenge and a sentence. */
async function turnedAway(headers: Record<string, string>, why: RegExp, at = url): Promise<void> {
  const answer = await call(at, 'GET', '/myPages', { headers });
  assert.is(answer.status, 401, JSON.stringify(answer.body));
  assert.is(answer.body.error.code, 'unauthorized');
  assert.match(answer.body.error.message, why);
  assert.match(answer.headers.get('www-authenticate')!, /^Bearer realm="baedal"/);
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('a token of ours lets in', async () => {
  assert.is((await call(url, 'GET', '/myPages', { token: await tokenOf('customer', 'kim') })).status, 200);
  assert.is(
    (await call(url, 'GET', '/myPages', { headers: { authorization: `bearer ${await signed(kim())}` } })).status,
    200,
  );
});

test('no token, or what is none, is turned away', async () => {
  await turnedAway({}, /Send a token, with the header authorization: Bearer TOKEN/);
  await turnedAway({ authorization: 'Basic a2ltOmtpbQ==' }, /must be Bearer TOKEN/);
  await turnedAway({ authorization: 'Bearer' }, /must be Bearer TOKEN/);
  await turnedAway({ authorization: 'Bearer a b' }, /must be Bearer TOKEN/);
  await turnedAway(bearer('nonsense'), /not one of ours/);
  await turnedAway(bearer('a.b.c'), /not one of ours/);
});

test('an expired token is turned away, and is told so', () =>
  tokenOf('customer', 'kim', -2_000).then((token) => turnedAway(bearer(token), /expired/)));

test('a token that is not valid yet is turned away', async () => {
  await turnedAway(bearer(await signed({ ...kim(), nbf: inAMinute() })), /its claim "nbf" says no/);
});

test('a forged token is turned away', async () => {
  const stranger = new TextEncoder().encode('another secret, as long as the real one is');
  await turnedAway(bearer(await signed(kim(), {}, stranger)), /not one of ours/);
  const [head, , signature] = (await signed(kim())).split('.');
  const body = Buffer.from(JSON.stringify({ ...kim(), role: 'operator' })).toString('base64url');
  await turnedAway(bearer(`${head}.${body}.${signature}`), /not one of ours/);
});

test('no signature at all, or one of another kind, is turned away', async () => {
  await turnedAway(bearer(new UnsecuredJWT(kim()).encode()), /must be Bearer|not one of ours/);
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(kim())).toString('base64url')}`;
  await turnedAway(bearer(`${none}.x`), /not one of ours/);
  for (const alg of ['HS384', 'HS512']) await turnedAway(bearer(await signed(kim(), { alg })), /not one of ours/);
  const { privateKey } = await generateKeyPair('RS256');
  const rsa = await new SignJWT(kim() as never).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  await turnedAway(bearer(rsa), /not one of ours/);
});

test('a token must say who it is for, as what, and until when', async () => {
  const { sub, role, exp } = kim();
  await turnedAway(bearer(await signed({ role, exp })), /claim "sub" is missing or wrong/);
  await turnedAway(bearer(await signed({ sub, exp })), /claim "role" is missing or wrong/);
  await turnedAway(bearer(await signed({ sub, role })), /claim "exp" is missing or wrong/);
  await turnedAway(bearer(await signed({ sub, role: 'admin', exp })), /claim "role"/);
  await turnedAway(bearer(await signed({ sub: '../kim', role, exp })), /claim "sub"/);
});

test('who issued a token, and whom it is for, is checked where that is set', async () => {
  const { url } = await stage.start('mypage', {
    verify: verifierOf({ secret }, { issuer: 'https://login.example', audience: 'baedal' }),
  });
  const ask = async (names: object) => {
    const { status, body } = await call(url, 'GET', '/myPages', { token: await signed({ ...kim(), ...names }) });
    return status === 200 ? 200 : [status, body.error.message];
  };
  const iss = 'https://login.example';
  assert.is(await ask({ iss, aud: 'baedal' }), 200);
  assert.is(await ask({ iss, aud: ['another', 'baedal'] }), 200);
  const no = (claim: string) => [401, `The token is not valid: its claim "${claim}" says no.`];
  assert.equal(await ask({ iss, aud: 'another' }), no('aud'));
  assert.equal(await ask({ iss: 'https://evil.example', aud: 'baedal' }), no('iss'));
  assert.is((await call(url, 'GET', '/myPages', { token: await tokenOf('customer', 'kim') })).status, 401, 'neither');
});

test('what is public needs no token, and a bad one does not matter there', async () => {
  const store = await stage.start('store');
  for (const path of ['/stores', '/stores/noodle-bar/menu', '/health/live', '/health/ready', '/docs/json', '/metrics'])
    for (const headers of [{}, bearer('nonsense')]) {
      assert.is((await call(store.url, 'GET', path, { headers })).status, 200, path);
    }
});

/** A server of keys, as an issuer of tokens runs one. */
class Issuer {
  #server: Server | undefined;
  #keys: object[] = [];
  port = 0;
  asked = 0;
  broken = false;

  async start(): Promise<void> {
    this.#server = createServer((_request, response) => {
      this.asked++;
      response.statusCode = this.broken ? 500 : 200;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: this.#keys }));
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** From now on these are its keys. @returns how to sign with each */
  async rotate(...kids: string[]) {
    const pairs = await Promise.all(kids.map(() => generateKeyPair('ES256', { extractable: true })));
    this.#keys = await Promise.all(
      pairs.map(async ({ publicKey }, i) => ({
        ...(await exportJWK(publicKey)),
        kid: kids[i],
        alg: 'ES256',
        use: 'sig',
      })),
    );
    return pairs.map(
      ({ privateKey }, i) =>
        () =>
          new SignJWT(kim() as never).setProtectedHeader({ alg: 'ES256', kid: kids[i]! }).sign(privateKey),
    );
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

test('keys of a server are asked for once, and again when they change', async () => {
  const issuer = new Issuer();
  await issuer.start();
  const [first] = await issuer.rotate('one');
  const jwks = new URL(`http://127.0.0.1:${issuer.port}/jwks.json`);
  const service = await stage.start('mypage', { verify: verifierOf({ jwks }, { keysPauseMs: 0 }) });
  const ask = async (token: string) => call(service.url, 'GET', '/myPages', { token });
  try {
    const old = await first!();
    for (let i = 0; i < 5; i++) assert.is((await ask(old)).status, 200);
    assert.is(issuer.asked, 1);
    const [second] = await issuer.rotate('two');
    assert.is((await ask(await second!())).status, 200);
    assert.is(issuer.asked, 2);
    await turnedAway(bearer(old), /not one of ours/, service.url);
    // The public key is no secret: who signs with it as if it were one is not let in.
    const confused = await signed(kim(), { kid: 'two' }, new TextEncoder().encode(await (await fetch(jwks)).text()));
    await turnedAway(bearer(confused), /not one of ours/, service.url);
    await turnedAway(bearer(await signed(kim())), /not one of ours/, service.url);
    const strict = await stage.start('mypage', { verify: verifierOf({ jwks }, { audience: 'baedal' }) });
    await turnedAway(bearer(await second!()), /its claim "aud"/, strict.url);
  } finally {
    await issuer.stop();
  }
});

test('while the server of the keys is away tokens cannot be checked, which is no fault of theirs', async () => {
  const issuer = new Issuer();
  await issuer.start();
  const [sign] = await issuer.rotate('one');
  const token = await sign!();
  const jwks = new URL(`http://127.0.0.1:${issuer.port}/jwks.json`);
  const known = await stage.start('mypage', { verify: verifierOf({ jwks }) });
  const fresh = await stage.start('mypage', { verify: verifierOf({ jwks }) });
  assert.is((await call(known.url, 'GET', '/myPages', { token })).status, 200);
  issuer.broken = true;
  const refused = await call(fresh.url, 'GET', '/myPages', { token });
  assert.equal([refused.status, refused.body.error.code], [503, 'keys-unavailable']);
  await issuer.stop();
  const away = await call(fresh.url, 'GET', '/myPages', { token });
  assert.equal([away.status, away.body.error.code, away.headers.get('retry-after')], [503, 'keys-unavailable', '2']);
  assert.not.match(JSON.stringify(away.body), /127\.0\.0\.1|fetch/);
  assert.is((await call(known.url, 'GET', '/myPages', { token })).status, 200, 'keys that are known still hold');
  issuer.broken = false;
  await issuer.start();
  assert.is((await call(fresh.url, 'GET', '/myPages', { token })).status, 200);
  await issuer.stop();
});

test.run();
