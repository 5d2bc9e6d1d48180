import type { FilledTemplate, Name } from '../messages.ts';

export type Lang = 'ko' | 'en';

/**
 * What people read: a template for each status and audience, in both languages. What stands there as #{name} is filled in. They are
 * registered with KakaoTalk to the letter, so a changed word has to be approved there again.
 */
export const templates = {
  'order-placed': {
    ko: '[#{store}] 주문이 접수됐어요. #{basket} · #{total}원 (주문번호 #{order})',
    en: '[#{store}] We have your order: #{basket}, #{total} won (order #{order}).',
  },
  'owner-order-placed': {
    ko: '새 주문 #{order}: #{basket} · #{total}원',
    en: 'New order #{order}: #{basket}, #{total} won.',
  },
  'payment-deferred': {
    ko: '결제가 몰려 주문 #{order}을(를) 아직 결제하지 못했어요. #{total}원을 잠시 후 다시 결제하고 알려 드릴게요.',
    en: 'Payment is busy just now, so your order #{order} is not placed yet. We will charge #{total} won a little later and tell you.',
  },
  'order-rejected': {
    ko: '주문 #{order}이(가) 성립되지 않았어요. 결제되지 않았거나 바로 환불돼요. (#{reason})',
    en: 'Your order #{order} was not placed. #{reason}',
  },
  'order-accepted': {
    ko: '가게에서 주문 #{order}을(를) 확인하고 조리를 시작했어요. 약 #{minutes}분 걸려요.',
    en: 'The store accepted order #{order} and is cooking: about #{minutes} min.',
  },
  'order-refused': {
    ko: '가게 사정으로 주문 #{order}을(를) 받지 못했어요. 결제 금액은 환불돼요. (#{reason})',
    en: 'The store could not take order #{order} (#{reason}). Your money is on its way back.',
  },
  'order-cooked': {
    ko: '[#{store}] 조리가 끝났어요. 라이더를 찾고 있어요. (주문번호 #{order})',
    en: '[#{store}] Order #{order} is cooked. We are finding a rider.',
  },
  'rider-assigned': {
    ko: '라이더 #{rider} 님이 주문 #{order}을(를) 가지러 가요.',
    en: '#{rider} is on the way to pick up order #{order}.',
  },
  'order-on-the-way': {
    ko: '주문 #{order}의 배달이 출발했어요.',
    en: 'Order #{order} is on its way to you.',
  },
  'order-delivered': {
    ko: '주문 #{order}이(가) 도착했어요. 맛있게 드세요!',
    en: 'Order #{order} has arrived. Enjoy your meal!',
  },
  'order-cancelling': {
    ko: '주문 #{order}의 취소를 확인하고 있어요.',
    en: 'We are cancelling order #{order}.',
  },
  'cancel-refused': {
    ko: '주문 #{order}은(는) 이미 진행되어 취소할 수 없어요.',
    en: 'Order #{order} can no longer be cancelled.',
  },
  'order-cancelled': {
    ko: '주문 #{order}이(가) 취소됐어요. 환불 금액 #{refund}원',
    en: 'Order #{order} is cancelled. #{refund} won go back to you.',
  },
  'owner-order-cancelled': {
    ko: '주문 #{order}이(가) 취소됐어요. 조리하지 않으셔도 돼요.',
    en: 'Order #{order} is cancelled: no need to cook it.',
  },
} as const satisfies Record<string, Record<Lang, string>>;

export type TemplateName = keyof typeof templates;

/** The names that stand in a text as #{name}. */
type NamesIn<Text extends string> = Text extends `${string}#{${infer Found}}${infer Rest}`
  ? Found | NamesIn<Rest>
  : never;

/** What a template is filled with: exactly what its texts name. */
type VariablesOf<T extends TemplateName> = Record<NamesIn<(typeof templates)[T][Lang]>, string | Name>;

/** A template with what belongs into it; a value that differs by language is given in both. */
export const fill = <T extends TemplateName>(name: T, variables: VariablesOf<T>): FilledTemplate => ({
  name,
  variables,
});

/** What a filled template says in one language; nothing where there is no such template, as from another version of us. */
export function render({ name, variables }: FilledTemplate, lang: Lang): string | undefined {
  if (!isTemplate(name)) return undefined;
  const values = variablesIn(variables, lang);
  return templates[name][lang].replaceAll(variable, (_, name: string) => values[name] ?? '');
}

/** The values of a filled template in one language. */
export const variablesIn = (variables: FilledTemplate['variables'], lang: Lang): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : value[lang]]),
  );

/** What stands in a text as #{name}. */
export const variable = /#\{([^{}]*)\}/g;

const isTemplate = (name: string): name is TemplateName => Object.hasOwn(templates, name);
