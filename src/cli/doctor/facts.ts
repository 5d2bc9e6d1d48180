import type { RabbitMqFacts } from '../../broker/rabbitmq/examine.ts';
import type { SystemHealth } from '../heard.ts';
import type { Given, Settings } from '../settings.ts';
import type { DiskFacts, Failures, Topic } from './disk-facts.ts';
import { type Check, type Finding, unchecked } from './finding.ts';

/** What the terminal is, as far as it says. */
export type TerminalFacts = {
  /** Whether stdin and stdout are one. */
  isTerminal: boolean;
  columns: number;
  rows: number;
  /** Colours it can show: 0 where none are wanted or it is no terminal. */
  colours: number;
  noColor: boolean;
  term: string;
  /** The locale of its letters; empty where none is set. */
  locale: string;
  ci: boolean;
  /** Cells that a letter of Hangul takes; missing where it was not asked or does not say. */
  hangulCells?: number;
};

/** What the payment provider said when it was asked whether it is there. */
export type PaymentFacts = {
  /** Where it is; missing where there is none of our own either. */
  url?: string;
  /** Whether it is the one that `up` starts. */
  own: boolean;
  answers: boolean;
  /** Why not, with what to do. */
  failure?: string;
};

/** What the message provider said when it was asked whether it is there. */
export type MessagesFacts = {
  /** Where it is; missing where none is named. */
  url?: string;
  /** Why people cannot be told by it, with what to do; and whether that may change by itself. */
  failure?: string;
  mayPass?: boolean;
};

/** What was found out on the disk. `late`: the time was up; `said`: what was written on stderr before it crashed. */
export type Disk = { facts: DiskFacts; failures: Failures; late: boolean; said: string };

/** Everything that there is to judge. */
export type Facts = {
  /** Epoch milliseconds. */
  now: number;
  node: { version: string; wanted: string; platform: string };
  terminal: TerminalFacts;
  /** Where the settings come from, and what they come to; or why they cannot be used. */
  settings: { given: Given[]; is: Settings; transport: 'embedded' | 'rabbitmq' } | { failure: string };
  /** Where the settings cannot be used, only what does not depend on them; all below is missing then. */
  disk: Disk;
  /** What RabbitMQ said, or why it could not be asked; missing with the embedded broker. */
  rabbitMq?: RabbitMqFacts | { failure: string };
  heard?: SystemHealth;
  /** What those who tell of themselves take the time to be, epoch milliseconds, less what we take it to be. */
  clockDifferencesMs?: number[];
  payment?: PaymentFacts;
  messages?: MessagesFacts;
};

/** Why little can be checked where the settings cannot be used. */
export const afterSettings = 'the settings come first';

/** Findings about a topic of the disk, or why there are none. */
export function ofDisk<T extends Topic>(
  check: Check,
  { settings, disk }: Facts,
  topic: T,
  judge: (facts: NonNullable<DiskFacts[T]>) => Finding[],
  onFailure: (failure: { message: string; code?: string }) => Finding[] = ({ message }) => [
    unchecked(check, inSentence(message)),
  ],
): Finding[] {
  const found = disk.facts[topic];
  if (found !== undefined && found !== null) return judge(found as NonNullable<DiskFacts[T]>);
  const failure = disk.failures[topic];
  if (failure) return onFailure(failure);
  if ('failure' in settings) return [unchecked(check, afterSettings)];
  return [
    unchecked(
      check,
      disk.late ? 'the disk did not answer in time' : 'looking at the disk ended before it came to this',
    ),
  ];
}

/** A sentence as the rest of another one. */
export const inSentence = (sentence: string): string => sentence.replace(/\.$/, '');

/** What RabbitMQ said, or why there are no findings about it. */
export function ofRabbitMq<K extends keyof RabbitMqFacts>(
  check: Check,
  { rabbitMq }: Facts,
  key: K,
  judge: (fact: NonNullable<RabbitMqFacts[K]>, all: RabbitMqFacts) => Finding[],
): Finding[] {
  if (!rabbitMq) return [unchecked(check, afterSettings)];
  if (!('product' in rabbitMq)) return [unchecked(check, 'RabbitMQ cannot be asked')];
  const fact = rabbitMq[key];
  if (fact !== undefined && fact !== null) return judge(fact as NonNullable<RabbitMqFacts[K]>, rabbitMq);
  return [unchecked(check, rabbitMq.failure ? inSentence(rabbitMq.failure) : 'RabbitMQ did not say')];
}
