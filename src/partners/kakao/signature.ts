import { createHmac } from 'node:crypto';

export type KakaoKey = { key: string; secret: string };

/**
 * What a request is signed with: the secret itself never travels.
 * @param date of this request, ISO 8601
 * @param salt another one for each request
 */
export function authorization({ key, secret }: KakaoKey, date: string, salt: string): string {
  const signature = createHmac('sha256', secret).update(`${date}${salt}`).digest('hex');
  return `HMAC-SHA256 apiKey=${key}, date=${date}, salt=${salt}, signature=${signature}`;
}
