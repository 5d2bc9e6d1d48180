import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Lang } from '../actors/notifier/texts.ts';
import { reasonOf } from '../errors.ts';
import { UsageError } from './exit-code.ts';

/** What every command may be told. Flags win over the environment, that over ./baedal.yaml, that over the user's file. */
export type Settings = {
  /** `sqlite:` for the embedded broker, or an AMQP address. */
  broker: string;
  /** The data folder; each broker has a folder of its own in it. */
  data: string;
  /** The catalogue that was asked for by name, if any. */
  catalog?: string;
  lang: Lang;
  /** Keeps several platforms apart on one broker. */
  namespace: string;
  json: boolean;
};

const file = z.strictObject({
  broker: z.string().optional(),
  data: z.string().optional(),
  catalog: z.string().optional(),
  lang: z.enum(['ko', 'en']).optional(),
  namespace: z.string().optional(),
});
type Layer = z.infer<typeof file>;

export type Flags = { broker?: string; data?: string; catalog?: string; lang?: string; json?: boolean };

/** The catalogue that comes with the program. */
export const shippedCatalog = fileURLToPath(new URL('../../data/catalog.yaml', import.meta.url));

/** @throws {UsageError} a setting has a value that it cannot have, and where */
export function settingsFrom(flags: Flags, env: NodeJS.ProcessEnv = process.env, cwd = process.cwd()): Settings {
  const home = env['HOME'] || homedir();
  const userFile = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'baedal', 'config.yaml');
  const fromEnv: Record<string, string | undefined> = {
    broker: env['BAEDAL_BROKER'],
    data: env['BAEDAL_DATA'],
    catalog: env['BAEDAL_CATALOG'],
    lang: env['BAEDAL_LANG'],
    namespace: env['BAEDAL_NAMESPACE'],
  };
  const layers: Record<string, unknown>[] = [readLayer(userFile), readLayer(join(cwd, 'baedal.yaml')), fromEnv, flags];
  const merged: Record<string, unknown> = {};
  for (const layer of layers)
    for (const [key, value] of Object.entries(layer)) if (value !== undefined && value !== '') merged[key] = value;

  const { broker, data, catalog, lang, namespace } = merged as Record<string, string | undefined>;
  if (lang !== undefined && lang !== 'ko' && lang !== 'en')
    throw new UsageError(`The language is ko or en, not "${lang}".`);
  if (namespace !== undefined && !/^[a-z0-9][a-z0-9-]{0,39}$/.test(namespace))
    throw new UsageError(`The namespace "${namespace}" may only have small letters, digits and hyphens, 40 at most.`);
  return {
    broker: broker ?? 'sqlite:',
    data: resolve(cwd, data ?? join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'baedal')),
    ...(catalog !== undefined && { catalog: resolve(cwd, catalog) }),
    lang: lang ?? languageOf(env),
    namespace: namespace ?? 'baedal',
    json: flags.json === true,
  };
}

function readLayer(path: string): Layer {
  if (!existsSync(path)) return {};
  try {
    const parsed = file.safeParse(parse(readFileSync(path, 'utf8')) ?? {});
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'its content'}: ${issue?.message}`);
  } catch (cause) {
    throw new UsageError(
      `${path} cannot be used: ${reasonOf(cause)}. It may set broker, data, catalog, lang and namespace.`,
    );
  }
}

function languageOf(env: NodeJS.ProcessEnv): Lang {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}
