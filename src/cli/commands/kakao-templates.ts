import type { Lang } from '../../actors/notifier/texts.ts';
import { registrationsOf } from '../../partners/kakao/template-check.ts';
import { print, printJson } from '../print.ts';
import type { Settings } from '../settings.ts';

/** `baedal kakao templates`: in both languages, unless one is asked for. */
export async function kakaoTemplates({ json }: Settings, { lang }: { lang?: Lang }): Promise<void> {
  const templates = registrationsOf().filter((one) => lang === undefined || one.lang === lang);
  if (json) return printJson(templates);
  for (const { code, text, variables } of templates) {
    print(code);
    print(`  ${text}`);
    print(`  ${variables.map((name) => `#{${name}}`).join(', ')}`);
    print();
  }
}
