import { z } from 'zod';
import { reasonOf } from '../../errors.ts';
import { AnswerTooLong, ask, type HttpAnswer, jsonOf, neverSent, retryAfterMs } from '../http-request.ts';
import { KakaoFailed, KakaoKeyRefused, KakaoNonsense, KakaoOverloaded, KakaoUnreachable } from './kakao-errors.ts';
import { type KakaoMessage, type KakaoSenderIdentity, messageForm, type Verdict } from './kakao-message.ts';
import { authorization, type KakaoKey } from './signature.ts';

export type KakaoAddress = KakaoKey &
  KakaoSenderIdentity & {
    /** Without a slash at the end, such as https://api.solapi.com. */
    url: string;
  };

export type ClientOptions = {
  /** The clock, epoch milliseconds. */
  now(): number;
  /** Makes another salt each time. */
  newSalt(): string;
};

const customFields = z.record(z.string(), z.string()).nullish();
const registered = z.object({
  messageId: z.string().min(1).max(200),
  statusCode: z.string(),
  statusMessage: z.string(),
  customFields,
});
const sendAnswer = z.object({
  failedMessageList: z.array(registered),
  messageList: z.array(registered).optional(),
});
const listAnswer = z.object({
  nextKey: z.string().nullish(),
  messageList: z.record(
    z.string(),
    z.object({ statusCode: z.string().nullish(), reason: z.string().nullish(), customFields }),
  ),
});
const refusal = z.object({ errorCode: z.string().min(1), errorMessage: z.string() });

/** Messages on one page of the provider's list, and pages that are read at most. */
const pageSize = 500;
const mostPages = 20;
/** By how much the provider's clock may be behind ours, milliseconds: it takes what is signed up to 15 minutes off its own time. */
const clockMarginMs = 20 * 60_000;

/**
 * The message API of Solapi: the real one, or `baedal kakao`. It must be asked through a guard, since it may be slow or broken.
 */
export class KakaoClient {
  constructor(
    private readonly address: KakaoAddress,
    private readonly options: ClientOptions,
  ) {}

  /**
   * Hands over messages, at most 10,000. One that is missing in the answer may have been accepted or not.
   * @returns what was decided on each, by its reference
   * @throws {KakaoFault}
   */
  async send(messages: readonly KakaoMessage[], signal: AbortSignal): Promise<Map<string, Verdict>> {
    const body = {
      messages: messages.map((message) => messageForm(message, this.address)),
      allowDuplicates: true, // an owner may have several orders at once
      showMessageList: true,
    };
    const said = await this.ask('POST', '/messages/v4/send-many/detail', signal, body);
    if ('refusal' in said) return new Map(messages.map(({ reference }) => [reference, said.refusal]));
    const { messageList = [], failedMessageList } = this.read(sendAnswer, said.json, true);
    const verdicts = new Map<string, Verdict>();
    for (const { customFields, messageId } of messageList)
      if (customFields?.['reference']) verdicts.set(customFields['reference'], { outcome: 'accepted', messageId });
    for (const { customFields, statusCode, statusMessage } of failedMessageList)
      if (customFields?.['reference'])
        verdicts.set(customFields['reference'], refused(statusCode, statusMessage || 'no reason given'));
    return verdicts;
  }

  /**
   * Looks for a message that may have been handed over.
   * @param sinceMs no earlier than this by our clock, epoch milliseconds
   * @returns what was decided on it; nothing where the provider does not have it
   * @throws {KakaoFault}
   */
  async find(
    { to, reference, sinceMs }: { to: string; reference: string; sinceMs: number },
    signal: AbortSignal,
  ): Promise<Verdict | undefined> {
    const query = new URLSearchParams({
      to,
      dateType: 'CREATED',
      startDate: new Date(sinceMs - clockMarginMs).toISOString(),
      limit: String(pageSize),
    });
    for (let page = 0; page < mostPages; page++) {
      const said = await this.ask('GET', `/messages/v4/list?${query}`, signal);
      if ('refusal' in said)
        throw new KakaoNonsense(this.address.url, `it answered a look-up with ${said.refusal.code}`, false);
      const { messageList, nextKey } = this.read(listAnswer, said.json, false);
      const found = Object.entries(messageList).find(
        ([, { customFields }]) => customFields?.['reference'] === reference,
      );
      if (found) {
        const [messageId, { statusCode, reason }] = found;
        // Codes that begin with 1 are of messages that were not even taken.
        if (statusCode?.startsWith('1')) return refused(statusCode, reason ?? 'no reason given');
        return { outcome: 'accepted', messageId };
      }
      if (!nextKey) return undefined;
      query.set('startKey', nextKey);
    }
    throw new KakaoFailed(`${to} has more than ${pageSize * mostPages} messages to look through`, false);
  }

  /**
   * Asks for nothing in particular, to see whether the provider talks to us.
   * @throws {KakaoFault}
   */
  async check(signal: AbortSignal): Promise<void> {
    const said = await this.ask('GET', '/messages/v4/list?limit=1', signal);
    if ('refusal' in said) throw new KakaoNonsense(this.address.url, `it refused with ${said.refusal.code}`, false);
    this.read(listAnswer, said.json, false);
  }

  private async ask(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: object,
  ): Promise<{ json: unknown } | { refusal: Verdict & { outcome: 'refused' } }> {
    const { url } = this.address;
    let answer: HttpAnswer;
    try {
      const date = new Date(this.options.now()).toISOString();
      const headers = { authorization: authorization(this.address, date, this.options.newSalt()) };
      answer = await ask(`${url}${path}`, { method, headers, ...(body && { body }) }, signal);
    } catch (error) {
      if (error instanceof AnswerTooLong) throw new KakaoNonsense(url, error.message, true);
      if (signal.aborted) throw signal.reason;
      throw new KakaoUnreachable(url, !neverSent(error), (error as { code?: string }).code ?? reasonOf(error), error);
    }
    const { status, text, retryAfter } = answer;
    const json = jsonOf(text);
    if (status >= 200 && status < 300) return { json };
    if (status === 429) throw new KakaoOverloaded(retryAfterMs(retryAfter));
    if (status >= 300 && status < 400) throw new KakaoNonsense(url, `it answered ${status}, a redirect`, false);
    const said = refusal.safeParse(json).data;
    const what = said ? `${said.errorCode}, ${said.errorMessage}` : `status ${status}`;
    if (status === 401 || status === 403) throw new KakaoKeyRefused(url, what);
    // 503 comes from who stands before it and lets nothing through; after any other, nobody knows how far it came.
    if (status >= 500) throw new KakaoFailed(what, status !== 503);
    if (!said) throw new KakaoNonsense(url, `it answered ${status} without a code and a message`, false);
    return { refusal: refused(said.errorCode, said.errorMessage) };
  }

  private read<T>(schema: z.ZodType<T>, json: unknown, maybeDone: boolean): T {
    const read = schema.safeParse(json);
    if (read.success) return read.data;
    throw new KakaoNonsense(this.address.url, 'what it answered is no list of messages', maybeDone);
  }
}

const refused = (code: string, reason: string) => ({
  outcome: 'refused' as const,
  code: code.slice(0, 200),
  reason: reason.slice(0, 500),
});
