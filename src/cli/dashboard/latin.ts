const hangul = 'ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ';
const latin = 'qwertyuiopasdfghjklzxcvbnm';

const byHangul = new Map([...hangul].map((letter, i) => [letter, latin[i]!]));

/** The key as the standard Korean keyboard has it under the same finger, where it is set to Hangul. Other keys stay what they are. */
export const latinOf = (key: string): string => byHangul.get(key) ?? key;
