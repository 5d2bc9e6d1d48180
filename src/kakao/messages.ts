import { randomBytes } from 'node:crypto';
import type { Answer } from './answer.ts';
import { failedForm, groupForm, storedForm, takenForm } from './forms.ts';
import type { Counts, Knobs } from './knobs.ts';
import type { Ledger, LedgerLine } from './ledger.ts';
import type { Fault, Register } from './register.ts';
import { type AskedMessage, listRequest, read, sendRequest } from './requests.ts';

type Surroundings = {
  ledger: Ledger;
  register: Register;
  counts: Counts;
  knobs(): Knobs;
  now(): number;
  random(): number;
};

/** What the provider does for its customers. Nothing is accepted before it is on the ledger. */
export class Messages {
  constructor(private readonly around: Surroundings) {}

  /** @throws the ledger could not be written; then nothing was done */
  async send(body: unknown): Promise<Answer> {
    const understood = read(sendRequest, body);
    if ('wrong' in understood) return understood.wrong;
    const { messages, allowDuplicates, showMessageList } = understood.asked;
    const { ledger, counts, now } = this.around;
    const recipients = new Set<string>();
    const taken: LedgerLine[] = [];
    const failed: object[] = [];
    for (const message of messages) {
      const twice = !allowDuplicates && recipients.has(message.to);
      recipients.add(message.to);
      const seen = twice ? { code: '1025', reason: 'The recipient is named twice.' } : this.#look(message);
      if ('code' in seen) failed.push(failedForm(newId('M'), message, seen));
      else taken.push(lineOf(message, seen.text, now()));
    }
    await ledger.append(taken);
    counts.sendings += 1;
    counts.accepted += taken.length;
    counts.refused += failed.length;
    const groupInfo = groupForm(newId('G'), taken.length, failed.length, now(), allowDuplicates);
    const list = showMessageList ? { messageList: taken.map(takenForm) } : {};
    return { status: 200, body: { failedMessageList: failed, groupInfo, ...list } };
  }

  list(query: unknown): Answer {
    const understood = read(listRequest, query);
    if ('wrong' in understood) return understood.wrong;
    const { to, startDate, endDate, startKey, limit } = understood.asked;
    const [from, until] = [Date.parse(startDate ?? '') || 0, Date.parse(endDate ?? '') || Number.POSITIVE_INFINITY];
    const all = this.around.ledger.lines
      .filter((line) => (to === undefined || line.to === to) && line.at >= from && line.at <= until)
      .reverse(); // the newest first
    const first = startKey === undefined ? 0 : all.findIndex(({ messageId }) => messageId === startKey);
    const page = first < 0 ? [] : all.slice(first, first + limit);
    const nextKey = first < 0 ? null : (all[first + limit]?.messageId ?? null);
    this.around.counts.lookUps += 1;
    const messageList = Object.fromEntries(page.map((line) => [line.messageId, storedForm(line)]));
    return { status: 200, body: { startKey: startKey ?? null, nextKey, limit, messageList } };
  }

  #look(message: AskedMessage): { text: string } | Fault {
    const { register, knobs, random } = this.around;
    const { refuseRate, strangers } = knobs();
    const seen = register.look(message);
    if ('code' in seen || message.type !== 'ATA') return seen;
    // With disableSms false they are sent a text message by the provider itself.
    if (strangers.includes(message.to) && message.kakaoOptions?.disableSms)
      return { code: '1050', reason: 'The recipient has no KakaoTalk.' };
    return random() < refuseRate ? { code: '1051', reason: 'The Alimtalk was refused.' } : seen;
  }
}

/** As the ids of the provider look. */
const newId = (kind: 'M' | 'G'): string => `${kind}4V${randomBytes(14).toString('hex').toUpperCase()}`;

const lineOf = (
  { type, to, from, kakaoOptions, customFields = {} }: AskedMessage,
  text: string,
  at: number,
): LedgerLine => ({
  at,
  messageId: newId('M'),
  type,
  to,
  from,
  text,
  ...(kakaoOptions && {
    templateId: kakaoOptions.templateId,
    variables: kakaoOptions.variables ?? {},
    disableSms: kakaoOptions.disableSms ?? false,
  }),
  customFields,
});
