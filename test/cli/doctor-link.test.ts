import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startPrivateNode } from '../../scripts/rabbitmq/private.js';
import { LinkProxy } from '../broker/rabbitmq/link-proxy.ts';
import { testUrl } from '../broker/rabbitmq/place.ts';
import { diagnose } from './doctor-stage.ts';
import { type Stage, stage } from './platform-under-test.ts';

/** Nothing is declared in these, so what they leave is a folder alone. */
const test = suite<{ at: Stage }>('baedal doctor, where RabbitMQ or the way to it is not well');
test.before.each((context) => {
  context.at = stage('sqlite:');
});
test.after.each(({ at }) => at.cleanUp());

test('a password or virtual host that is wrong is a problem, with exit code 5 and without the password', async ({
  at,
}) => {
  const url = new URL(testUrl());
  url.password = 'hunter2';
  const [wrong, nowhere] = await Promise.all([
    diagnose(at, '--broker', url.href),
    diagnose(at, '--broker', `${testUrl().replace(/\/$/, '')}/nowhere`),
  ]);
  assert.is(wrong.code, 5);
  assert.match(wrong.one('broker').found, /wrong user or password/);
  assert.not.match(wrong.stdout, /hunter2/);
  assert.is(nowhere.code, 5);
  assert.match(nowhere.one('broker').found, /no virtual host "nowhere"/);
  assert.is(nowhere.one('queues').result, 'unchecked');
});

test('of several hosts one that does not answer is a warning, and none that does is a problem', async ({ at }) => {
  const several = (hosts: string) => {
    const url = new URL(testUrl());
    return diagnose(at, '--broker', url.href.replace(url.host, hosts));
  };
  const [one, none] = await Promise.all([
    several(`127.0.0.1:1,${new URL(testUrl()).host}`),
    several('127.0.0.1:1,127.0.0.1:2'),
  ]);
  assert.is(one.code, 0, one.stdout);
  assert.is(one.one('broker').result, 'warning');
  assert.match(one.one('broker').found, /127\.0\.0\.1:1 \(.*ECONNREFUSED/);
  assert.match(one.one('queues').found, /None yet/, 'the other one is looked at');
  assert.is(none.code, 5);
  assert.match(none.one('broker').found, /127\.0\.0\.1:1,127\.0\.0\.1:2/);
});

test('a link that is lost meanwhile is a warning, what was not heard is not checked, and the program ends by itself', async ({
  at,
}) => {
  const proxy = await LinkProxy.open();
  proxy.cutAtFrame(40);
  const found = await diagnose(at, '--broker', proxy.url);
  assert.not.ok(proxy.isArmed);
  await proxy.close();
  assert.is(found.code, 0, found.stdout);
  assert.is(found.one('broker').result, 'warning');
  assert.match(found.one('broker').found, /did not answer all that it was asked/);
  assert.is(found.one('queues').result, 'unchecked');
});

test('an alarm is found on a broker that takes no messages; one that is frozen, or gone, ends with exit code 5', async ({
  at,
}) => {
  const { node, stop } = await startPrivateNode();
  const { url } = node;
  try {
    await node.ctl('set_disk_free_limit', '900000GB');
    const alarm = await diagnose(at, '--broker', url);
    assert.is(alarm.code, 1, alarm.stdout);
    assert.is(alarm.one('alarms').result, 'problem');
    assert.match(alarm.one('alarms').found, /takes no messages now: .*disk/);
    assert.match(alarm.one('queues').found, /None yet/);

    process.kill(node.pid()!, 'SIGSTOP');
    const frozen = await diagnose(at, '--broker', url);
    assert.is(frozen.code, 5, frozen.stdout);
    assert.match(frozen.one('broker').found, /Cannot reach RabbitMQ/);
    process.kill(node.pid()!, 'SIGCONT');
  } finally {
    await stop();
  }
  const gone = await diagnose(at, '--broker', url);
  assert.is(gone.code, 5);
  assert.match(gone.one('broker').found, /ECONNREFUSED/);
  assert.is(gone.one('folder').result, 'ok');
});

test.run();
