import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, parseAllDocuments } from 'yaml';
import { actorNames } from '../../src/cli/cast.ts';
import { settingsFrom } from '../../src/cli/settings.ts';
import { keysFrom } from '../../src/cli/token-keys.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { mistakesIn } from './commands.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');

type Service = {
  command?: string;
  image?: string;
  build?: string;
  pull_policy?: string;
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, unknown>;
  secrets?: string[];
};
const compose = parse(read('compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, unknown>;
};
const ours = Object.entries(compose.services).filter(([name]) => name !== 'rabbitmq');

const units = readdirSync(join(root, 'deploy/systemd')).filter((name) => name.endsWith('.service'));
/** What a unit starts, without Node and its flags. */
const commandOf = (unit: string) =>
  /^ExecStart=\S+ (?:--\S+ )*\S+\/baedal\.js (.*)$/m.exec(read(`deploy/systemd/${unit}`))![1]!;

test('every container and every unit runs a command that there is', async () => {
  const lines = [
    ...ours.map(([, { command }]) => command!),
    ...units.map((unit) => commandOf(unit).replace('%i', 'order')),
  ];
  assert.ok(lines.length > 10);
  for (const line of lines) assert.equal(await mistakesIn(line.split(' ')), [], line);
});

test('each actor has a container, and each service that the gateway leads to', () => {
  const commands = ours.map(([, { command }]) => command!);
  for (const actor of actorNames)
    assert.is(commands.filter((command) => command.startsWith(`up --plain --actors ${actor}`)).length, 1, actor);
  const docker = parseAllDocuments(read('gateway.yml'))
    .map((document) => document.toJS())
    .find(({ spring }) => spring?.profiles === 'docker');
  const routes = docker.spring.cloud.gateway.routes as { uri: string }[];
  assert.is(routes.length, 4);
  for (const { uri } of routes) {
    const { hostname, port } = new URL(uri);
    assert.match(compose.services[hostname]?.command ?? '', `serve ${hostname} --host 0.0.0.0 --port ${port}`);
  }
  assert.is(compose.services['gateway']?.ports?.[0], `8088:${docker.server.port}`);
});

test('owners and riders work by hand, in containers and as units', () => {
  const flags = /^BAEDAL_ACTOR_FLAGS=(.*)$/m.exec(read('deploy/systemd/baedal.env'))?.[1];
  const unit = commandOf('baedal-actor@.service').replace('$BAEDAL_ACTOR_FLAGS', flags!);
  for (const actor of ['kitchen', 'rider']) {
    assert.is(compose.services[`${actor}-actor`]?.command, `up --plain --actors ${actor} --manual`);
    assert.is(unit.replace('%i', actor), `up --plain --actors ${actor} --manual`);
  }
});

test('whoever listens to other machines checks tokens, and nobody but the gateway is open to the outside', () => {
  for (const [name, { command, secrets = [], environment = {} }] of ours.filter(([, { command }]) =>
    command!.startsWith('serve '),
  )) {
    assert.match(command!, '--host 0.0.0.0');
    assert.equal(secrets, ['jwt-secret'], name);
    assert.is(environment['BAEDAL_JWT_SECRET_FILE'], '/run/secrets/jwt-secret', name);
  }
  for (const [name, { ports = [] }] of Object.entries(compose.services))
    if (name !== 'gateway')
      assert.ok(
        ports.every((port) => port.startsWith('127.0.0.1:')),
        name,
      );
});

test('whatever a container mounts, waits for or is told in secret is there', () => {
  for (const [name, { volumes = [], depends_on = {}, secrets = [] }] of Object.entries(compose.services)) {
    for (const source of volumes.map((volume) => volume.split(':')[0]!))
      assert.ok(
        source.startsWith('.') ? existsSync(join(root, source)) : source in compose.volumes,
        `${name}: ${source}`,
      );
    for (const other of Object.keys(depends_on)) assert.ok(other in compose.services, `${name}: ${other}`);
    for (const secret of secrets) assert.ok(secret in compose.secrets, `${name}: ${secret}`);
  }
});

test('what is read again when it changes is not mounted by itself', () => {
  for (const [name, { volumes = [] }] of ours)
    for (const source of volumes.map((volume) => volume.split(':')[0]!).filter((source) => source.startsWith('.')))
      assert.ok(statSync(join(root, source)).isDirectory(), `${name}: ${source}`);
  const { volumes, environment } = compose.services['notifier-actor']!;
  assert.ok(volumes!.includes('./deploy:/etc/baedal:ro'));
  const contacts = environment!['BAEDAL_CONTACTS']!;
  assert.ok(existsSync(join(root, contacts.replace('/etc/baedal/', 'deploy/'))), contacts);
});

test('whoever tells people can be told all there is to set of KakaoTalk', () => {
  const all = new Set(read('docs/kakaotalk.md').match(/\bBAEDAL_(KAKAO|CONTACTS)(_\w+)?/g));
  assert.ok(all.size > 5);
  const oneOfTwo = ['BAEDAL_KAKAO_SECRET', 'BAEDAL_KAKAO_SECRET_FILE'];
  for (const name of all)
    if (!oneOfTwo.includes(name)) {
      assert.ok(name in compose.services['notifier-actor']!.environment!, name);
      assert.match(read('deploy/systemd/baedal.env'), new RegExp(`^#?${name}=`, 'm'));
    }
});

test('one container builds the image, and no other does or looks for it elsewhere', () => {
  assert.equal(
    ours.filter(([, { build }]) => build !== undefined).map(([name]) => name),
    ['gateway'],
  );
  for (const [name, { image, pull_policy }] of ours) {
    assert.is(image, 'baedal', name);
    assert.is(pull_policy, name === 'gateway' ? 'missing' : 'never', name);
  }
});

test('a token is made inside a container as the page says', async () => {
  const [, flags, name] = /^docker compose exec (.*?)(\w+) node bin\/baedal\.js token .*$/m.exec(
    read('docs/production.md'),
  )!;
  const folder = tempFolder();
  try {
    const secret = 's'.repeat(64);
    const file = folder.file('jwt-secret');
    writeFileSync(file, secret);
    const env: NodeJS.ProcessEnv = { HOME: folder.path, ...compose.services[name!]!.environment };
    env['BAEDAL_JWT_SECRET_FILE'] = env['BAEDAL_JWT_SECRET_FILE']?.replace(/^\/run\/secrets\/jwt-secret$/, file);
    for (const [, variable] of flags!.matchAll(/-e (\w+)/g)) env[variable!] = secret;
    assert.ok(keysFrom(await settingsFrom({}, env, folder.path)));
  } finally {
    folder.remove();
  }
});

test('the image has all that the program reads, and nothing that it copies is kept out of it', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?:--from=build \/app\/(\S+)|(\S+(?: \S+)*?)) \.\S*$/gm)].flatMap(
    ([, fromBuild, outside]) => (fromBuild ? [fromBuild] : outside!.split(' ')),
  );
  const made = ['dist', 'node_modules'];
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  for (const name of copied.filter((name) => name !== '.' && !made.includes(name))) {
    assert.ok(existsSync(join(root, name)), name);
    assert.ok(allowed.includes(name), `${name} is kept out by .dockerignore`);
  }
  const { bin } = JSON.parse(read('package.json')) as { bin: { baedal: string } };
  for (const name of [...made, bin.baedal.split('/')[0]!, 'package.json', 'data', 'scenarios', 'gateway.yml'])
    assert.ok(copied.includes(name), `the image has no ${name}`);
});

test.run();
