import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kakaoFrom } from '../../src/cli/kakao-settings.ts';
import { settingsFrom } from '../../src/cli/settings.ts';
import { registrationsOf } from '../../src/partners/kakao/template-check.ts';
import { baedal } from '../harness/baedal.ts';
import { kakaoEnv, startKakao } from '../harness/kakao.ts';
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts';

const test = suite<{ folder: TempFolder; env: Record<string, string> }>('settings of KakaoTalk');
test.before.each((context) => {
  context.folder = tempFolder();
  context.env = { ...kakaoEnv, HOME: context.folder.path, BAEDAL_DATA: context.folder.file('data'), BAEDAL_LANG: 'en' };
});
test.after.each(({ folder }) => folder.remove());

const up = ['up', '--kakao', 'http://127.0.0.1:7780'];

/** Starting with these settings is refused with this sentence. */
const refusals: [title: string, change: Record<string, string | undefined>, args: string[], what: RegExp][] = [
  [
    'without a key',
    { BAEDAL_KAKAO_KEY: undefined },
    [],
    /The key of the message provider is missing\. Set BAEDAL_KAKAO_KEY/,
  ],
  ['without a secret', { BAEDAL_KAKAO_SECRET: undefined }, [], /BAEDAL_KAKAO_SECRET, or BAEDAL_KAKAO_SECRET_FILE/],
  ['without a channel', { BAEDAL_KAKAO_PFID: undefined }, [], /Set BAEDAL_KAKAO_PFID, or pfId in the file/],
  [
    'without a sender',
    { BAEDAL_KAKAO_FROM: undefined },
    [],
    /number that messages come from is missing\. Set BAEDAL_KAKAO_FROM/,
  ],
  ['with a sender that is no number', { BAEDAL_KAKAO_FROM: 'baedal' }, [], /no phone number, such as 02-123-4567/],
  [
    'with a key that is none',
    { BAEDAL_KAKAO_KEY: 'a, b' },
    [],
    /The key of the message provider has letters that none has/,
  ],
  [
    'with an address in the clear',
    {},
    ['--kakao', 'http://example.com'],
    /no address of a message provider.*use https/,
  ],
  [
    'with a secret file that is not there',
    { BAEDAL_KAKAO_SECRET: undefined, BAEDAL_KAKAO_SECRET_FILE: 'nowhere' },
    [],
    /BAEDAL_KAKAO_SECRET_FILE cannot be read/,
  ],
  [
    'with an address book that is not there',
    {},
    ['--contacts', 'nowhere.yaml'],
    /nowhere\.yaml: there is no such file/,
  ],
  [
    'with a settings file that is not there',
    {},
    ['--kakao-file', 'nowhere.yaml'],
    /nowhere\.yaml: there is no such file/,
  ],
];
for (const [title, change, args, what] of refusals)
  test(`${title} the platform does not start, and says what to set`, async ({ folder, env }) => {
    const ended = await baedal([...up, ...args], { env: { ...env, ...change }, cwd: folder.path });
    assert.is(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, what);
    assert.not.match(ended.stderr, kakaoEnv.BAEDAL_KAKAO_SECRET);
  });

test('mistakes in the settings file are told with their lines', async ({ folder, env }) => {
  const file = folder.file('kakao.yaml');
  writeFileSync(file, 'pfId: KA01PF\nrate: fast\ntemplates:\n  order-placed-ko: KA01TP1\n  order-eaten-ko: KA01TP2\n');
  const { code, stderr } = await baedal([...up, '--kakao-file', file], { env });
  assert.is(code, 2);
  assert.match(stderr, /kakao\.yaml:2:7: rate: expected a number of requests a second, above 0/);
  assert.match(stderr, /kakao\.yaml:5:3: templates\.order-eaten-ko: there is no such field/);
  assert.match(stderr, /templates\.order-placed-en: missing; expected the id under which KakaoTalk approved it/);
});

test('mistakes in the address book are told with their lines before anybody orders', async ({ folder, env }) => {
  writeFileSync(folder.file('contacts.yaml'), 'kim: {phone: 01012345678}\n');
  const { code, stderr } = await baedal([...up, '--contacts', 'contacts.yaml'], { env, cwd: folder.path });
  assert.is(code, 2);
  assert.match(stderr, /contacts\.yaml:1:14: kim\.phone: expected a phone number in Korea in quotes/);
});

test('with a key that the provider does not know the platform does not start', async ({ folder, env }) => {
  const kakao = await startKakao(folder.file('ledger.jsonl'));
  const words = ['up', '--plain', '--kakao', kakao.url];
  const { code, stderr } = await baedal(words, { env: { ...env, BAEDAL_KAKAO_SECRET: 'guessed' } });
  await kakao.kill();
  assert.is(code, 2);
  assert.match(
    stderr,
    /does not accept our signature \(SignatureDoesNotMatch.*Check BAEDAL_KAKAO_KEY, BAEDAL_KAKAO_SECRET/,
  );
});

test('the settings file names channel, sender and templates, and the environment wins over it', ({ folder }) => {
  const file = folder.file('kakao.yaml');
  const templates = registrationsOf().map(({ code }, i) => `  ${code}: KA01TP${i}`);
  const rest = ['pfId: KA01PFFILE', 'from: "02-999-9999"', 'rate: 5', 'settleSeconds: 60', 'disableSms: true'];
  writeFileSync(file, [...rest, 'templates:', ...templates].join('\n'));
  const config = kakaoFrom({ url: 'https://api.solapi.com/', key: 'k', secret: 's', from: '0211112222', file });
  assert.equal(config?.address, {
    url: 'https://api.solapi.com',
    key: 'k',
    secret: 's',
    pfId: 'KA01PFFILE',
    from: '0211112222',
    disableSms: true,
  });
  assert.is(config?.ratePerS, 5);
  assert.is(config?.settleMs, 60_000);
  assert.is(config?.templateIds.get('order-placed-ko'), 'KA01TP0');
  assert.is(config?.templateIds.size, 28);
});

test('the secret may be in a file, which may end with a line feed', ({ folder }) => {
  const secretFile = folder.file('secret');
  writeFileSync(secretFile, 'from-a-file\n');
  const config = kakaoFrom({ url: 'http://127.0.0.1:7780', key: 'k', secretFile, pfId: 'p', from: '0211112222' });
  assert.is(config?.address.secret, 'from-a-file');
  assert.is(config?.templateIds.get('order-placed-ko'), 'order-placed-ko');
});

test('none is the name of no provider, whatever else is set', async () => {
  const env = { ...kakaoEnv, BAEDAL_KAKAO: 'http://127.0.0.1:7780' };
  assert.is(kakaoFrom((await settingsFrom({}, env)).kakao)?.address.url, 'http://127.0.0.1:7780');
  assert.is(kakaoFrom((await settingsFrom({ kakao: 'none' }, env)).kakao), undefined);
  assert.is(kakaoFrom((await settingsFrom({}, kakaoEnv)).kakao), undefined);
});

test('a command that sends nothing does not ask for the settings', async ({ env }) => {
  const { code } = await baedal(['menu'], {
    env: { ...env, BAEDAL_KAKAO: 'http://127.0.0.1:1', BAEDAL_KAKAO_KEY: undefined },
  });
  assert.is(code, 0);
});

test('the templates are printed as they must be registered, in both languages or one', async ({ env }) => {
  const both = await baedal(['kakao', 'templates'], { env });
  assert.is(both.code, 0);
  assert.match(
    both.stdout,
    /^order-placed-ko\n {2}\[#\{store\}\] 주문이 접수됐어요\..*\n {2}#\{store\}, #\{basket\}, #\{total\}, #\{order\}\n/,
  );
  const { stdout } = await baedal(['kakao', 'templates', '--lang', 'en', '--json'], { env });
  const templates = JSON.parse(stdout) as { code: string; lang: string; text: string; variables: string[] }[];
  assert.is(templates.length, 14);
  assert.ok(templates.every(({ lang, code }) => lang === 'en' && code.endsWith('-en')));
});

test('doctor says whether people can be told by it', async ({ folder, env }) => {
  const said = async (more: Record<string, string | undefined>) => {
    const { stdout } = await baedal(['doctor', '--json'], { env: { ...env, ...more } });
    const { findings } = JSON.parse(stdout) as { findings: { check: string; result: string; found: string }[] };
    const { result, found } = findings.find(({ check }) => check === 'messages')!;
    return `${result}: ${found}`;
  };
  const kakao = await startKakao(folder.file('ledger.jsonl'));
  assert.is(await said({}), 'ok: Lines in the terminal: no message provider is named.');
  assert.is(await said({ BAEDAL_KAKAO: kakao.url }), `ok: By KakaoTalk: ${kakao.url} answers, and takes the key.`);
  assert.match(
    await said({ BAEDAL_KAKAO: kakao.url, BAEDAL_KAKAO_SECRET: 'guessed' }),
    /^problem: .*SignatureDoesNotMatch/,
  );
  assert.match(
    await said({ BAEDAL_KAKAO: kakao.url, BAEDAL_CONTACTS: 'nowhere' }),
    /^problem: The address book cannot be used/,
  );
  assert.match(
    await said({ BAEDAL_KAKAO: kakao.url, BAEDAL_KAKAO_FROM: undefined }),
    /^problem: The number that messages come from/,
  );
  await kakao.kill();
  assert.match(await said({ BAEDAL_KAKAO: kakao.url }), /^warning: The message provider at .* cannot be reached/);
});

test('doctor shows that the secret is set, and not what it is', async ({ env }) => {
  const { stdout, stderr } = await baedal(['doctor', '--json'], { env });
  assert.match(stdout, 'kakaoSecret: set');
  assert.not.match(stdout + stderr, kakaoEnv.BAEDAL_KAKAO_SECRET);
});

test('the provider to try things out with says in a sentence why it does not start', async ({ folder, env }) => {
  const args = (...more: string[]) => baedal(['kakao', '--port', '0', ...more], { env, cwd: folder.path });
  assert.match((await args('--fail-rate', '2')).stderr, 'The fail rate must be a number from 0 to 1');
  assert.match((await args('--limit', '-1')).stderr, /The limit of requests a second must be a whole number/);
  writeFileSync(folder.file('notes.txt'), 'buy milk\n');
  const damaged = await args('--ledger', 'notes.txt');
  assert.is(damaged.code, 1);
  assert.match(damaged.stderr, /^Line 1 of .*notes\.txt is no line of a ledger/m);
  mkdirSync(join(folder.path, 'dir'));
  assert.is((await args('--ledger', 'dir')).code, 1);
  rmSync(join(folder.path, 'dir'), { recursive: true });
  const { code } = await baedal(['kakao', '--port', '0'], {
    env: { ...env, BAEDAL_KAKAO_KEY: undefined },
    cwd: folder.path,
  });
  assert.is(code, 2);
});

test.run();
