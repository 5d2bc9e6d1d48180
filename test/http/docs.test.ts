import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serviceNames } from '../../src/http/service.ts';
import { call, type HttpStage, httpStage } from './stage.ts';

const test = suite('the description of the services');

let stage: HttpStage;
const at: Record<string, string> = {};
test.before(async () => {
  stage = await httpStage(undefined);
  for (const name of serviceNames) at[name] = (await stage.start(name)).url;
});
test.after(() => stage.close());

const health = ['GET /health/live', 'GET /health/ready'];
const routes: Record<string, string[]> = {
  order: ['POST /orders', 'GET /orders/{id}', 'DELETE /orders/{id}', 'GET /orders/{id}/events'],
  pay: ['GET /pays/{orderId}'],
  store: [
    'GET /stores',
    'GET /stores/{id}/menu',
    'GET /stores/{id}/orders',
    'POST /orders/{id}/accept',
    'POST /orders/{id}/refuse',
    'POST /orders/{id}/cooked',
    'GET /deliveries',
    'POST /orders/{id}/claim',
    'POST /orders/{id}/pickup',
    'POST /orders/{id}/deliver',
  ],
  mypage: ['GET /myPages'],
};
const isPublic = (route: string) => health.includes(route) || ['GET /stores', 'GET /stores/{id}/menu'].includes(route);

// biome-ignore lint/suspicious/noExplicitAny: a document of somebody else's form
type Operation = any;

for (const name of serviceNames)
  test(`that of ${name} lists every route, and each in full`, async () => {
    const { status, body } = await call(at[name]!, 'GET', '/docs/json');
    assert.is(status, 200);
    assert.match(body.openapi, /^3\.1\./);
    assert.match(body.info.title, /^baedal: /);
    const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    );
    assert.equal(operations.map(([route]) => route).sort(), [...routes[name]!, ...health].sort());
    for (const [route, operation] of operations) {
      assert.match(operation.summary, /./, route);
      const named = [...route.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const inPath = (operation.parameters ?? []).filter((parameter: Operation) => parameter.in === 'path');
      assert.equal(
        inPath.map((parameter: Operation) => parameter.name),
        named,
        route,
      );
      assert.ok(operation.responses['200'] ?? operation.responses['201'], route);
      for (const [code, response] of Object.entries<Operation>(operation.responses)) {
        assert.match(code, /^\d{3}$/);
        assert.ok(response.description, `${route} ${code}`);
      }
      assert.is(operation.security !== undefined, !isPublic(route), `${route}: who may`);
    }
    assert.not.match(JSON.stringify(body), '"$ref":"#/definitions');
  });

test('its page draws itself, and its policy forbids it nothing', async () => {
  const path = '/usr/bin/chromium';
  if (!existsSync(path))
    return void process.stderr.write('There is no chromium here, so the page was not looked at.\n');
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${at['order']}/docs`);
    await page.waitForSelector('.opblock', { timeout: 20_000 });
    const paths = await page.locator('.opblock-summary-path').allTextContents();
    assert.ok(paths.includes('/orders/{id}/events'), paths.join());
    assert.equal(complaints, []);
  } finally {
    await browser.close();
  }
});

test.run();
