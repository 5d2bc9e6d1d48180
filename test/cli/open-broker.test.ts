import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { folderOf } from '../../src/cli/open-broker.ts';
import { stage } from './platform-under-test.ts';

const at = stage('sqlite:');
test.after(() => at.cleanUp());

const folderWith = (broker: string): string => folderOf({ ...at.settings, broker, namespace: 'shop' });

test('each broker and virtual host has a folder of its own', () => {
  const { data } = at.settings;
  assert.is(folderWith('sqlite:'), join(data, 'shop'));
  assert.is(folderWith('amqp://cook:s3cret@one'), join(data, 'one-5672-shop'));
  assert.is(folderWith('amqp://cook:s3cret@one:5673/kitchen'), join(data, 'one-5673-kitchen-shop'));
});

test('the folder of a cluster goes by the host that is named first, so that others can be added', () => {
  assert.is(folderWith('amqp://one,two:5673/kitchen'), folderWith('amqp://one/kitchen'));
  assert.is.not(folderWith('amqp://two:5673,one/kitchen'), folderWith('amqp://one/kitchen'));
});

test('an address that is wrong in one of its hosts is refused, and the exit code is that of usage', async () => {
  const { code, stderr } = await at.run('order', 'list', '--broker', 'amqp://cook:s3cret@one,,two');
  assert.is(code, 2);
  assert.match(stderr, 'amqp://***@one,,two');
  assert.match(stderr, 'names no host before or after one of its commas');
  assert.not.match(stderr, 's3cret');
});

test.run();
