import { writeFileSync } from 'node:fs';
import type { Running } from '../harness/baedal.ts';
import { kakaoEnv, kakaoLines, type RunningKakao, startKakao } from '../harness/kakao.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { type Stage, stage } from './platform-under-test.ts';

/** A platform that tells kim, and the owner of the noodle bar, by KakaoTalk, and the provider that it does it through. */
export type KakaoStage = {
  /** What the provider has accepted. */
  ledger: string;
  kakao: RunningKakao;
  shop: Stage;
  /** As the stage's own, with the provider, its settings and an address book. */
  up: Stage['up'];
  cleanUp(): Promise<void>;
};

export async function kakaoStage(): Promise<KakaoStage> {
  const folder = tempFolder();
  const ledger = folder.file('ledger.jsonl');
  const kakao = await startKakao(ledger);
  const shop = stage('sqlite:', { autoAccept: true });
  Object.assign(shop.env, kakaoEnv);
  const contacts = folder.file('contacts.yaml');
  writeFileSync(contacts, 'kim: {phone: "010-1234-5678", lang: en}\nowner:noodle-bar: {phone: "02-333-4444"}\n');
  const settings = folder.file('kakao.yaml');
  writeFileSync(settings, 'settleSeconds: 4\n');
  const words = ['--quiet', '--kakao', kakao.url, '--kakao-file', settings, '--contacts', contacts];
  const running: Running[] = [];
  return {
    ledger,
    kakao,
    shop,
    up: async (...args) => {
      const one = await shop.up(...words, ...args);
      running.push(one);
      return one;
    },
    cleanUp: async () => {
      for (const one of running) await one.kill('SIGKILL');
      await kakao.kill();
      await shop.cleanUp();
      folder.remove();
    },
  };
}

/** What was sent of an order: to whom, and by which template. */
export const sentOf = (ledger: string, orderId: string): string[] =>
  kakaoLines(ledger)
    .filter(({ variables }) => variables?.['#{order}'] === orderId)
    .map(({ to, templateId }) => `${to} ${templateId}`)
    .sort();

export const customer = (...templates: string[]) => templates.map((name) => `01012345678 ${name}-en`);
export const owner = (...templates: string[]) => templates.map((name) => `023334444 ${name}-ko`);
