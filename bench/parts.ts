import { journeys } from './journeys.ts';
import type { Part } from './part.ts';
import { placing } from './placing.ts';
import { stored } from './stored.ts';

/** Everything that is measured, in the order in which it is. */
export const parts: readonly Part[] = [journeys, placing, stored];
