import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LinkProxy } from '../broker/rabbitmq/link-proxy.ts';
import { testUrl } from '../broker/rabbitmq/place.ts';
import { eventually } from '../harness/eventually.ts';
import { call, type HttpStage, httpStage, tokenOf } from './stage.ts';

const test = suite('HTTP services on RabbitMQ');

let proxy: LinkProxy;
let stage: HttpStage;
let url: string;
let token: string;
test.before(async () => {
  proxy = await LinkProxy.open();
  stage = await httpStage(['--manual'], testUrl(), proxy.url);
  ({ url } = await stage.start('order'));
  token = await tokenOf('customer', 'kim');
  await stage.ready(url);
});
test.after(async () => {
  await stage.close();
  await proxy.close();
});

const place = (orderId: string) => {
  const body = { orderId, storeId: 'noodle-bar', lines: [{ itemId: 'udon', quantity: 1 }] };
  return call(url, 'POST', '/orders', { token, body });
};

test('orders are placed, many at once, and seen', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => `rabbit-${i}`);
  const placed = await Promise.all(ids.map(place));
  assert.equal(new Set(placed.map(({ status }) => status)), new Set([201]));
  for (const id of ids) assert.is((await call(url, 'GET', `/orders/${id}`, { token })).body.orderId, id);
});

test('a link that is lost makes it unready and is said at once; once it is back, it goes on', async () => {
  await place('before-1');
  assert.is((await call(url, 'GET', '/orders/before-1', { token })).status, 200);
  proxy.refuse(true);
  proxy.cut();
  await eventually(async () => assert.is((await call(url, 'GET', '/health/ready')).status, 503));
  const since = Date.now();
  const refused = await place('away-1');
  assert.equal([refused.status, refused.body.error.code, refused.body.error.retry], [503, 'unavailable', true]);
  assert.ok(Date.now() - since < 9_000, 'it did not hang');
  assert.is((await call(url, 'GET', '/health/live')).status, 200);
  assert.is((await call(url, 'GET', '/orders/before-1', { token })).status, 200, 'what is known can be read');
  assert.is((await call(url, 'GET', '/orders/away-1', { token })).status, 503, 'what is not known cannot be told');
  assert.match((await call(url, 'GET', '/metrics')).body, /baedal_broker_link_up\{service="order"\} 0/);
  proxy.refuse(false);
  await stage.ready(url);
  assert.is((await place('away-1')).status, 201);
  assert.is((await call(url, 'GET', '/orders/away-1', { token })).status, 200);
});

test.run();
