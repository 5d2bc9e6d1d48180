import type { LedgerLine } from './ledger.ts';
import type { Fault } from './register.ts';
import type { AskedMessage } from './requests.ts';

const accountId = '00000000000000';
const country = '82';

/** A message that was taken, as the answer to a sending names it. */
export const takenForm = ({ messageId, customFields }: LedgerLine) => ({
  messageId,
  statusCode: '2000',
  statusMessage: '정상 접수(이통사로 접수 예정)',
  customFields,
});

/** One that was not. */
export const failedForm = (messageId: string, message: AskedMessage, { code, reason }: Fault) => ({
  to: message.to,
  from: message.from,
  type: message.type,
  country,
  messageId,
  statusCode: code,
  statusMessage: reason,
  accountId,
  ...(message.customFields && { customFields: message.customFields }),
});

/** What was sent in one request. */
export function groupForm(groupId: string, taken: number, failed: number, at: number, allowDuplicates: boolean) {
  const date = new Date(at).toISOString();
  return {
    count: {
      total: taken + failed,
      sentTotal: 0,
      sentFailed: 0,
      sentSuccess: 0,
      sentPending: 0,
      sentReplacement: 0,
      refund: 0,
      registeredFailed: failed,
      registeredSuccess: taken,
    },
    status: taken > 0 ? 'SENDING' : 'FAILED',
    allowDuplicates,
    isRefunded: false,
    accountId,
    masterAccountId: null,
    apiVersion: '4',
    groupId,
    log: [],
    dateCreated: date,
    dateUpdated: date,
  };
}

/** A message as the list has it. */
export function storedForm({ at, messageId, type, to, from, text, templateId, disableSms, customFields }: LedgerLine) {
  const date = new Date(at).toISOString();
  return {
    messageId,
    accountId,
    type,
    to,
    from,
    text,
    country,
    status: 'PENDING',
    statusCode: '2000',
    reason: null,
    kakaoOptions: templateId === undefined ? null : { templateId, disableSms },
    customFields,
    dateCreated: date,
    dateUpdated: date,
  };
}
