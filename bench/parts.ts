import { http } from './http.ts';
import { inFlight } from './in-flight.ts';
import { journeys } from './journeys.ts';
import type { Part } from './part.ts';
import { placing } from './placing.ts';
import { profile } from './profile.ts';
import { read } from './read.ts';
import { stored } from './stored.ts';

/** Everything that is measured, in the order in which it is. */
export const parts: readonly Part[] = [journeys, placing, http, inFlight, stored, read, profile];
