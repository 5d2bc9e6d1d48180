import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GatewayConfig, loadGateway } from '../../src/gateway/load-gateway.ts';
import { holds } from '../../src/gateway/predicates.ts';
import { warningsOf } from '../../src/gateway/warnings.ts';
import { BadFile } from '../../src/yaml/bad-file.ts';
import { endAll, fileOf, fileWith, route } from './stage.ts';

test.after(endAll);

const scenario = fileURLToPath(new URL('scenario.yml', import.meta.url));
const shipped = fileURLToPath(new URL('../../gateway.yml', import.meta.url));

/** Where a request goes. */
const goes = ({ routes }: GatewayConfig, path: string, method = 'GET') =>
  routes.find(({ predicates }) => predicates.every((predicate) => holds(predicate, method, path)))?.id;

const addresses = ({ routes }: GatewayConfig) => routes.map(({ id, uri }) => `${id} ${uri}`);

/** The lines about the mistakes, without the file they all name. */
function mistakesOf(text: string): string[] {
  const file = fileOf(text);
  try {
    loadGateway(file).configFor('default');
  } catch (thrown) {
    assert.instance(thrown, BadFile);
    const [head, ...lines] = (thrown as BadFile).message.split('\n');
    assert.match(head!, 'The gateway’s file cannot be used');
    return lines.map((line) => line.slice(`  ${file}:`.length));
  }
  return [];
}

const doc = (fields: string) => `spring:\n  cloud:\n    gateway:\n${fields}`;
const one = `      routes:\n${route('A', 'http://localhost:1', '/a/**')}`;

test('the routes of the scenario load as they stand, under both profiles', () => {
  const file = loadGateway(scenario);
  assert.equal(file.profiles, ['default', 'docker']);
  const here = file.configFor('default');
  assert.is(here.port, 8088);
  assert.equal(addresses(here), [
    'Contract http://localhost:8081',
    'Pay http://localhost:8082',
    'Reservation http://localhost:8083',
    'Mypage http://localhost:8084',
  ]);
  const docker = file.configFor('docker');
  assert.is(docker.port, 8080);
  assert.equal(addresses(docker), [
    'Contract http://Contract:8080',
    'Pay http://Pay:8080',
    'Reservation http://Reservation:8080',
    'Mypage http://Mypage:8080',
  ]);
  for (const config of [here, docker]) {
    assert.is(goes(config, '/contracts/1'), 'Contract');
    assert.is(goes(config, '/pays', 'POST'), 'Pay');
    assert.is(goes(config, '/reservations/1/x'), 'Reservation');
    assert.is(goes(config, '/myPages/kim'), 'Mypage');
    assert.is(goes(config, '/mypages/kim'), undefined);
    assert.is(config.cors.length, 1);
  }
});

test('the file that comes with baedal sends the steps of an order to who takes them', () => {
  const file = loadGateway(shipped);
  for (const [profile, port] of [
    ['default', 8088],
    ['docker', 8080],
  ] as const) {
    const config = file.configFor(profile);
    assert.is(config.port, port);
    for (const step of ['accept', 'refuse', 'cooked', 'claim', 'pickup', 'deliver'])
      assert.is(goes(config, `/orders/o1/${step}`, 'POST'), 'Store', step);
    for (const path of ['/orders', '/orders/o1', '/orders/o1/events', '/orders/accept'])
      assert.is(goes(config, path), 'Order', path);
    for (const path of ['/stores', '/stores/s1/menu', '/deliveries']) assert.is(goes(config, path), 'Store', path);
    assert.is(goes(config, '/pays/o1'), 'Pay');
    assert.is(goes(config, '/myPages'), 'Mypage');
    assert.equal(
      warningsOf(config).map((warning) => warning.slice(0, 26)),
      ['Pages of every origin may '],
    );
  }
});

test('documents without a profile are for all, and a later one wins over an earlier one', () => {
  const file = loadGateway(
    fileOf(`
server: {port: 1}
spring: {cloud: {gateway: {httpclient: {connect-timeout: 300, response-timeout: 5s}}}}
---
# nothing in here
---
spring:
  profiles: [default, test]
  cloud:
    gateway:
      routes:
${route('A', 'http://a', '/a/**')}---
spring:
  config: {activate: {on-profile: "test, other"}}
  cloud:
    gateway:
      server:
        webflux:
          httpclient: {response-timeout: 2m}
          routes: [{id: B, uri: 'https://b/', predicates: [Path=/b]}]
---
server: {port: 2}
`),
  );
  assert.equal(file.profiles, ['default', 'test', 'other']);
  const first = file.configFor('default');
  assert.equal([first.port, first.connectMs, first.responseMs, addresses(first)], [2, 300, 5_000, ['A http://a']]);
  const second = file.configFor('test');
  assert.equal(
    [second.port, second.connectMs, second.responseMs, addresses(second)],
    [2, 300, 120_000, ['B https://b']],
  );
});

test('rules of CORS are laid over each other field by field', () => {
  const rules = (fields: string) => doc(`      globalcors: {corsConfigurations: {'[/**]': {${fields}}}}\n`);
  const file = fileOf(
    `${doc(one)}---\n${rules('allowedMethods: [PUT], maxAge: 5')}---\n${rules('allowedMethods: "GET, POST", allowedOrigins: [http://a]')}`,
  );
  const [rule, ...others] = loadGateway(file).configFor('default').cors;
  assert.equal(others, []);
  assert.equal(
    [rule!.methods, rule!.maxAgeS, rule!.allows('http://a'), rule!.credentials],
    [['GET', 'POST'], 5, true, false],
  );
});

test('what is left out has its default', () => {
  const config = loadGateway(fileOf(doc(one))).configFor('default');
  assert.equal([config.port, config.connectMs, config.responseMs, config.cors], [8080, 1_000, 15_000, []]);
});

test('routes are asked by their order, and then as they are written', () => {
  const file = fileWith(
    `${route('A', 'http://a', '/x/**')}        - {id: B, uri: 'http://b', order: -1, predicates: ['Path=/x/y']}\n${route('C', 'http://c', '/x/**')}`,
  );
  const config = loadGateway(file).configFor('default');
  assert.equal(addresses(config), ['B http://b', 'A http://a', 'C http://c']);
  assert.is(goes(config, '/x/y'), 'B');
  assert.is(goes(config, '/x/z'), 'A');
});

test('predicates are taken in the short and the long form, and all of a route must hold', () => {
  const config = loadGateway(
    fileOf(
      doc(`      routes:
        - id: A
          uri: http://a
          predicates: ['Path = /a/** ,/b', 'Method=get, POST']
        - id: B
          uri: http://b
          predicates:
            - name: Path
              args: {patterns: [/c, '/d']}
            - name: Method
              args: {_genkey_0: PUT, _genkey_1: DELETE}
        - id: C
          uri: http://c
          filters: []
          predicates: [Path=/a/**, 'Path=/a/*']
`),
    ),
  ).configFor('default');
  assert.is(goes(config, '/a/1', 'POST'), 'A');
  assert.is(goes(config, '/b', 'GET'), 'A');
  assert.is(goes(config, '/b', 'PUT'), undefined);
  assert.is(goes(config, '/a/1', 'PUT'), 'C');
  assert.is(goes(config, '/a/1/2', 'PUT'), undefined);
  assert.is(goes(config, '/d', 'DELETE'), 'B');
  assert.is(goes(config, '/d', 'GET'), undefined);
});

test('all mistakes of all documents are listed, each with its line and what to write instead', () => {
  const text = `server:
  port: 80888
---
spring:
  profile: docker
  cloud:
    gateway:
      routes:
        - id: A
          uri: lb://order
          predicates:
            - Path=/a/**/b
            - Host=**.example.com
          filters:
            - StripPrefix=1
        - id: A
          uri: http://localhost:8081/orders
          predicates: [Method=GET]
        - uri: ftp://a
          predicates: []
        - id: B
          uri: \${ORDER_URI}
          predicates: [Path=orders]
---
spring:
  cloud:
    gateway:
      globalcors:
        corsConfigurations:
          orders:
            allowedOrigin: "*"
            allowedMethods: [GET POST]
            maxAge: long
      httpclient:
        connect-timeout: 0
        response-timeout: soon
      discovery: {}
logging:
  level: debug
`;
  const address = 'an address such as http://localhost:8081';
  const pattern =
    'a path such as /orders/**, in which ? is one letter, * and {name} are any within one part, and ** at the end is all that follows';
  assert.equal(mistakesOf(text), [
    '2:9: server.port: expected a port, 0 to 65535, found 80888.',
    '5:3: spring.profile: there is no such field. Did you mean "profiles"?',
    `10:16: spring.cloud.gateway.routes[0].uri: expected ${address}; lb: asks a registry of services, and there is none here, so write where the service is, found "lb://order".`,
    `12:15: spring.cloud.gateway.routes[0].predicates[0]: expected ${pattern}; several have commas between them, found "Path=/a/**/b".`,
    '13:15: spring.cloud.gateway.routes[0].predicates[1]: expected a predicate, such as Path=/orders/** or Method=GET,POST; Path and Method are the ones there are, found "Host=**.example.com".',
    '15:13: spring.cloud.gateway.routes[0].filters: expected no filters: none is supported, and the service is asked for what the gateway was asked for; leave them out, found a list.',
    '16:15: spring.cloud.gateway.routes[1].id: expected an id of its own, found "A", which is taken on line 9.',
    `17:16: spring.cloud.gateway.routes[1].uri: expected ${address}, without a path: the service is asked for the path of the request, found "http://localhost:8081/orders".`,
    '18:23: spring.cloud.gateway.routes[1].predicates: expected a Path predicate among them, such as Path=/orders/**, found a list.',
    '19:11: spring.cloud.gateway.routes[2].id: missing; expected an id of 1 to 64 letters, digits, dots, hyphens and underscores, such as Order.',
    `19:16: spring.cloud.gateway.routes[2].uri: expected ${address}, found "ftp://a".`,
    '20:23: spring.cloud.gateway.routes[2].predicates: expected a Path predicate among them, such as Path=/orders/**, found an empty list.',
    `22:16: spring.cloud.gateway.routes[3].uri: expected ${address}; nothing is put in place of \${…}, so write the address itself, found "\${ORDER_URI}".`,
    `23:24: spring.cloud.gateway.routes[3].predicates[0]: expected ${pattern}; several have commas between them, found "Path=orders".`,
    `30:11: spring.cloud.gateway.globalcors.corsConfigurations.orders: expected ${pattern}; in brackets, such as '[/**]'.`,
    '31:13: spring.cloud.gateway.globalcors.corsConfigurations.orders.allowedOrigin: there is no such field. Did you mean "allowedOrigins"?',
    '32:30: spring.cloud.gateway.globalcors.corsConfigurations.orders.allowedMethods[0]: expected methods such as GET and POST, or "*" for all, found "GET POST".',
    '33:21: spring.cloud.gateway.globalcors.corsConfigurations.orders.maxAge: expected a number of seconds, such as 1800, found "long".',
    '35:26: spring.cloud.gateway.httpclient.connect-timeout: expected a time, such as 5s, 400ms or 2m, or a number of milliseconds; an hour at most, found 0.',
    '36:27: spring.cloud.gateway.httpclient.response-timeout: expected a time, such as 5s, 400ms or 2m, or a number of milliseconds; an hour at most, found "soon".',
    '37:7: spring.cloud.gateway.discovery: there is no such field. The fields here are routes, globalcors, httpclient, server.',
    '38:1: logging: there is no such field. The fields here are server, spring.',
  ]);
});

test('what is no such file at all is said to be', () => {
  assert.equal(mistakesOf(''), [
    ' this file is empty; expected `spring:` and below it `cloud:`, `gateway:`, `routes:`.',
  ]);
  assert.equal(mistakesOf('---\n---\n# nothing\n').length, 1);
  assert.match(mistakesOf('a: [')[0]!, /^1:\d+: this is not YAML/);
  assert.match(mistakesOf('a: 1\n---\nb: [')[0]!, /^3:\d+: this is not YAML/);
  assert.equal(mistakesOf('- a\n'), [
    '1:1: expected server and spring, as in an application.yml of Spring Cloud Gateway, found a list.',
  ]);
  assert.equal(mistakesOf('server:\n'), ['1:8: server: expected port, found nothing.']);
  assert.equal(mistakesOf('server:\n  port: 1\n'), [
    ' it leaves the profile default no route; expected `spring:` and below it `cloud:`, `gateway:`, `routes:`.',
  ]);
  assert.equal(mistakesOf('server: {port: 1}\n---\nserver:\n  port: 1\n  port: 2\n'), [
    '5:3: server.port: given twice; the first is on line 4.',
  ]);
});

test('a file that is damaged anywhere is used, or said to be wrong in a sentence, and nothing else', () => {
  const whole = readFileSync(shipped, 'utf8');
  const file = fileOf('');
  let wrong = 0;
  const place = fc.nat({ max: whole.length });
  const piece = fc.oneof(
    fc.constantFrom('', '\n', '---\n', '[', '{', '"', ': ', '- ', '*a', '&a ', 'null', '~', '99999', '\t', '$', '/**/'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  fc.assert(
    fc.property(place, fc.nat({ max: 40 }), piece, (at, length, put) => {
      writeFileSync(file, whole.slice(0, at) + put + whole.slice(at + length));
      try {
        const loaded = loadGateway(file);
        for (const profile of loaded.profiles) warningsOf(loaded.configFor(profile));
      } catch (thrown) {
        wrong += 1;
        assert.instance(thrown, BadFile);
        assert.match((thrown as Error).message, /cannot be used; it has .*:\n {2}.*\.yml:/);
      }
    }),
    { numRuns: 1_500, seed: 7 },
  );
  assert.ok(wrong > 300, `only ${wrong} were wrong`);
});

test('a profile that the file does not have is said to be, with the one that was meant', () => {
  const file = loadGateway(scenario);
  assert.throws(
    () => file.configFor('dokcer'),
    /has nothing for the profile "dokcer"\. Did you mean --profile docker\?/,
  );
  assert.throws(() => file.configFor('kubernetes'), /Its profiles are default, docker: choose one with --profile\./);
});

for (const [what, text, expected] of [
  [
    'a route behind one that takes all',
    `${route('A', 'http://a', '/x/**')}${route('B', 'http://b', '/x/*/y, /z')}`,
    /^B never gets \/x\/\*\/y: A comes first/,
  ],
  [
    'a route twice',
    `${route('A', 'http://a', '/x')}${route('B', 'http://b', '/x')}`,
    /^B never gets \/x: A comes first/,
  ],
  [
    'a route to the gateway itself',
    route('A', 'http://localhost:8080', '/x'),
    /^A leads to http:\/\/localhost:8080, which is the gateway itself/,
  ],
  [
    'a route over the gateway’s own paths',
    route('A', 'http://a', '/health/**'),
    /^A never gets \/health\/live, \/health\/ready: the gateway answers/,
  ],
] as const)
  test(`${what} is warned of`, () => {
    const warnings = warningsOf(loadGateway(fileWith(text)).configFor('default'));
    assert.is(warnings.length, 1, warnings.join('\n'));
    assert.match(warnings[0]!, expected);
  });

test('what can be reached is not warned of', () => {
  for (const text of [
    `${route('A', 'http://a', '/x/*/y')}${route('B', 'http://b', '/x/**')}`,
    `${route('A', 'http://a', '/x/**', ", 'Method=GET'")}${route('B', 'http://b', '/x/**')}`,
    `${route('A', 'http://a', '/x/**', ", 'Method=GET'")}${route('B', 'http://b', '/x/**', ", 'Method=GET,POST'")}`,
    route('A', 'http://localhost:8081', '/x'),
  ])
    assert.equal(warningsOf(loadGateway(fileWith(text)).configFor('default')), []);
});

test.run();
