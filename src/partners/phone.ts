/** A phone number in Korea as people write it -> its digits with the leading 0; nothing where it is none. */
export function phoneOf(text: string): string | undefined {
  const digits = text.replaceAll(/[\s-]/g, '').replace(/^\+820?/, '0');
  return /^0\d{8,10}$/.test(digits) ? digits : undefined;
}
