import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Running, spawnBaedal } from './baedal.ts';

/** Whose messages the provider of the tests takes. */
export const kakaoKey = { key: 'NCSTESTKEY', secret: 'a-secret-of-the-tests' };
export const pfId = 'KA01PFTEST';
export const from = '0212345678';

/** The same as a platform is told it. */
export const kakaoEnv = {
  BAEDAL_KAKAO_KEY: kakaoKey.key,
  BAEDAL_KAKAO_SECRET: kakaoKey.secret,
  BAEDAL_KAKAO_PFID: pfId,
  BAEDAL_KAKAO_FROM: from,
};

export type KakaoCounts = Record<
  'asked' | 'turnedAway' | 'failed' | 'hung' | 'lost' | 'lookUps' | 'sendings' | 'accepted' | 'refused',
  number
>;

/** A message provider running as its own process. */
export type RunningKakao = Running & {
  url: string;
  /** Changes how it behaves, and tells what it has done. */
  control(knobs?: object): Promise<KakaoCounts>;
};

/** Starts `baedal kakao` with a ledger, on a free port unless another is asked for. */
export async function startKakao(ledger: string, ...args: string[]): Promise<RunningKakao> {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const running = spawnBaedal(['kakao', ...port, '--ledger', ledger, '--json', ...args], { env: kakaoEnv });
  const { url } = JSON.parse(await running.waitForLine('"url"')) as { url: string };
  return { ...running, url, control: (knobs) => control(url, knobs) };
}

async function control(url: string, knobs?: object): Promise<KakaoCounts> {
  const change = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(knobs) };
  const response = await fetch(`${url}/control`, knobs && change);
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { counts: KakaoCounts }).counts;
}

export type KakaoLine = {
  at: number;
  messageId: string;
  type: 'ATA' | 'SMS' | 'LMS';
  to: string;
  from: string;
  text: string;
  templateId?: string;
  variables?: Record<string, string>;
  disableSms?: boolean;
  customFields: Record<string, string>;
};

/** What a message provider has accepted so far. */
export const kakaoLines = (file: string): KakaoLine[] =>
  readFileSync(file, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .slice(0, -1) // after the last line feed may be a line that is being written
    .map((line) => JSON.parse(line));

/** A signed request, made by the tests themselves and not by the client that they try. */
export async function askKakao(
  url: string,
  path: string,
  body?: unknown,
  { key = kakaoKey.key, secret = kakaoKey.secret, date = new Date().toISOString(), salt = newSalt() } = {},
) {
  const signature = createHmac('sha256', secret)
    .update(date + salt)
    .digest('hex');
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `HMAC-SHA256 apiKey=${key}, date=${date}, salt=${salt}, signature=${signature}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects
  return { status: response.status, headers: response.headers, json: (await response.json()) as any };
}

const newSalt = () => randomBytes(16).toString('hex');
