import { z } from 'zod';
import { Expected } from './expected.ts';
import { type PathPattern, parsePathPattern, patternForm } from './path-pattern.ts';
import { listOf, readBy } from './read-by.ts';

export type CorsFields = z.infer<typeof corsSchema>;

const origins = 'origins such as https://shop.example, or "*" for all, without a path';
const originPatterns = 'patterns of origins such as https://*.shop.example or http://localhost:[*]';
const methods = 'methods such as GET and POST, or "*" for all';
const headers = 'names of headers, or "*" for all';

/** What a rule of CORS may say. */
export const corsSchema = z.strictObject(
  {
    allowedOrigins: listOf(origins, /^(?:\*|null|[a-z][a-z\d+.-]*:\/\/[^/\s*]+\/?)$/i).optional(),
    allowedOriginPatterns: listOf(originPatterns, /^(?:\*|[a-z*][a-z\d+.*-]*:\/\/[^/\s]+)$/i).optional(),
    allowedMethods: listOf(methods, /^(?:\*|[A-Za-z-]{1,20})$/).optional(),
    allowedHeaders: listOf(headers, /^[\w!#$%&'*+.^`|~-]+$/).optional(),
    exposedHeaders: listOf(headers, /^[\w!#$%&'*+.^`|~-]+$/).optional(),
    allowCredentials: z.boolean({ error: 'true or false' }).optional(),
    maxAge: readBy(z.union([z.string(), z.number()], { error: 'a number of seconds' }), (written) => {
      const [, digits] = /^(\d{1,7})s?$/.exec(String(written).trim()) ?? [];
      return digits === undefined ? new Expected('a number of seconds, such as 1800') : Number(digits);
    }).optional(),
  },
  { error: 'allowedOrigins and what else CORS needs' },
);

/** The paths that a rule of CORS is for. Spring has them in brackets, where they would otherwise be cut at their dots. */
export const corsPath = (key: string): PathPattern | undefined =>
  parsePathPattern(key.replace(/^\[(.*)\]$/s, '$1').trim());

export const corsPathForm = `${patternForm}; in brackets, such as '[/**]'`;
