import { z } from 'zod';
import { corsSchema } from './cors-schema.ts';
import { Expected } from './expected.ts';
import { predicateForm, readPredicate } from './predicates.ts';
import { listOf, readBy } from './read-by.ts';

/** One document of the file. What is not in it is left to the others. */
export type GatewayDocument = z.infer<typeof gatewayDocument>;
export type Route = z.infer<typeof routeSchema>;

const id = 'an id of 1 to 64 letters, digits, dots, hyphens and underscores, such as Order';
const address = 'an address such as http://localhost:8081';
const profile = 'a profile, such as docker, or several with commas between them';
const duration = 'a time, such as 5s, 400ms or 2m, or a number of milliseconds; an hour at most';
const port = 'a port, 0 to 65535';
const order = 'a whole number; routes with a smaller one come first';

const uriSchema = readBy(z.string({ error: address }), (text) => {
  if (/^lb:/i.test(text))
    return new Expected(
      `${address}; lb: asks a registry of services, and there is none here, so write where the service is`,
    );
  if (text.includes('${'))
    return new Expected(`${address}; nothing is put in place of \${…}, so write the address itself`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return new Expected(address);
  if (url.username || url.password) return new Expected(`${address}, without a name or password in it`);
  if (url.pathname !== '/' || url.search || url.hash)
    return new Expected(`${address}, without a path: the service is asked for the path of the request`);
  return text.replace(/\/$/, '');
});

const durationSchema = readBy(z.union([z.string(), z.number()], { error: duration }), (written) => {
  const [, digits, unit = 'ms'] = /^(\d{1,7})(ms|s|m)?$/.exec(String(written).trim()) ?? [];
  const ms = Number(digits) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
  return ms >= 1 && ms <= 3_600_000 ? ms : new Expected(duration);
});

const predicateSchema = readBy(
  z.union([z.string(), z.strictObject({ name: z.string(), args: z.unknown() })], { error: predicateForm }),
  readPredicate,
);

const routeSchema = z.strictObject(
  {
    id: z.string({ error: id }).regex(/^[\w.-]{1,64}$/, { error: id }),
    uri: uriSchema,
    predicates: z
      .array(predicateSchema, { error: `a list of predicates; ${predicateForm}` })
      .refine((list) => list.some((predicate) => predicate?.name === 'Path'), {
        error: 'a Path predicate among them, such as Path=/orders/**',
      }),
    filters: z
      .array(z.unknown(), { error: 'no filters: none is supported' })
      .max(0, {
        error:
          'no filters: none is supported, and the service is asked for what the gateway was asked for; leave them out',
      })
      .optional(),
    order: z.int({ error: order }).optional(),
  },
  { error: 'a route with id, uri and predicates' },
);

const gatewayFields = {
  routes: z
    .array(routeSchema, { error: 'a list of routes' })
    .min(1, { error: 'a list of at least one route' })
    .optional(),
  globalcors: z
    .strictObject(
      {
        corsConfigurations: z
          .record(z.string(), corsSchema, { error: "paths such as '[/**]', and below each its rules" })
          .optional(),
      },
      { error: 'corsConfigurations' },
    )
    .optional(),
  httpclient: z
    .strictObject(
      { 'connect-timeout': durationSchema.optional(), 'response-timeout': durationSchema.optional() },
      { error: 'connect-timeout and response-timeout' },
    )
    .optional(),
};

const profiles = listOf(profile, /^[\w.-]{1,64}$/);
const group = (what: string) => ({ error: what });

export const gatewayDocument = z.strictObject(
  {
    server: z
      .strictObject(
        { port: z.int({ error: port }).min(0, { error: port }).max(65_535, { error: port }).optional() },
        group('port'),
      )
      .optional(),
    spring: z
      .strictObject(
        {
          profiles: profiles.optional(),
          config: z
            .strictObject(
              { activate: z.strictObject({ 'on-profile': profiles }, group('on-profile')) },
              group('activate'),
            )
            .optional(),
          cloud: z
            .strictObject(
              {
                gateway: z.strictObject(
                  {
                    ...gatewayFields,
                    server: z
                      .strictObject({ webflux: z.strictObject(gatewayFields, group('routes')) }, group('webflux'))
                      .optional(),
                  },
                  group('routes, globalcors and httpclient'),
                ),
              },
              group('gateway'),
            )
            .optional(),
        },
        group('profiles and cloud'),
      )
      .optional(),
  },
  group('server and spring, as in an application.yml of Spring Cloud Gateway'),
);
