import type { Lang } from '../../../actors/notifier/texts.ts';
import { english, type Words } from './english.ts';
import { korean } from './korean.ts';

/** What the view of a simulation says, in one of the languages of the house. */
export const wordsOf = (lang: Lang): Words => (lang === 'ko' ? korean : english);
