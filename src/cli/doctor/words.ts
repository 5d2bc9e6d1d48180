import type { Lang } from '../../actors/notifier/texts.ts';
import type { Check, Result } from './finding.ts';

/** What the checks are called, and under which heading they stand. */
const groups: { title: Record<Lang, string>; checks: Partial<Record<Check, Record<Lang, string>>> }[] = [
  {
    title: { en: 'This machine', ko: '이 컴퓨터' },
    checks: {
      node: { en: 'Node', ko: 'Node' },
      sqlite: { en: 'SQLite', ko: 'SQLite' },
      terminal: { en: 'Terminal', ko: '터미널' },
      clock: { en: 'Clock', ko: '시계' },
    },
  },
  {
    title: { en: 'Settings', ko: '설정' },
    checks: { settings: { en: 'Settings', ko: '설정' }, catalog: { en: 'Catalogue', ko: '메뉴판' } },
  },
  {
    title: { en: 'Data', ko: '데이터' },
    checks: {
      folder: { en: 'Folder', ko: '폴더' },
      disk: { en: 'Disk', ko: '디스크' },
      databases: { en: 'Databases', ko: '데이터베이스' },
      'read-model': { en: 'Read model', ko: '조회 모델' },
    },
  },
  {
    title: { en: 'Broker', ko: '브로커' },
    checks: {
      broker: { en: 'Broker', ko: '브로커' },
      queues: { en: 'Queues', ko: '큐' },
      home: { en: 'Owner', ko: '소유자' },
      alarms: { en: 'Alarms', ko: '경보' },
      waiting: { en: 'Waiting', ko: '대기' },
      'dead-letters': { en: 'Dead letters', ko: '실패 메시지' },
    },
  },
  {
    title: { en: 'Service', ko: '운영' },
    checks: {
      actors: { en: 'Actors', ko: '액터' },
      payment: { en: 'Payment', ko: '결제' },
      messages: { en: 'Messages', ko: '메시지' },
    },
  },
];

export type Heading = { title: string; checks: { check: Check; label: string }[] };

/** Each heading with its checks, in the order in which they are shown. */
export const headings = (lang: Lang): Heading[] =>
  groups.map(({ title, checks }) => ({
    title: title[lang],
    checks: Object.entries(checks).map(([check, label]) => ({ check: check as Check, label: label[lang] })),
  }));

/** A result as a sign and a word, so that it never depends on colour. */
export const signs: Record<Result, { sign: string; word: Record<Lang, string> }> = {
  ok: { sign: '✓', word: { en: 'ok', ko: '정상' } },
  warning: { sign: '▲', word: { en: 'warning', ko: '주의' } },
  problem: { sign: '✗', word: { en: 'problem', ko: '문제' } },
  unchecked: { sign: '–', word: { en: 'unchecked', ko: '확인 못함' } },
};
