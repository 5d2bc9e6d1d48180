import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, parseAllDocuments } from 'yaml';
import { actorNames } from '../../src/cli/cast.ts';
import { mistakesIn } from './commands.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');

type Service = {
  command?: string;
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
