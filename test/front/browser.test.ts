import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findOrInstallChromium, noChromium } from '../../scripts/chromium.js';
import { baedal } from '../harness/baedal.ts';
import { type Front, openFront } from './front.ts';

const executablePath = await findOrInstallChromium();
if (!executablePath) throw new Error(noChromium);
const secret = 'a secret of thirty-two bytes or more';

const test = suite<{ front: Front; browser: Browser; page: Page; mistakes: string[]; origin: string }>('a browser');
const pages = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(readFileSync(new URL('../../examples/order.html', import.meta.url)));
});

test.before(async (context) => {
  context.front = await openFront('sqlite:', { BAEDAL_JWT_SECRET: secret });
  context.browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});

test.before.each(async (context) => {
  context.page = await context.browser.newPage();
  context.mistakes = [];
  context.page.on('pageerror', (error) => context.mistakes.push(error.message));
  context.page.on('console', (message) => {
    if (message.type() === 'error') context.mistakes.push(message.text());
  });
});

test.after.each(({ page }) => page.close());

test.after(async ({ browser, front }) => {
  await browser?.close();
  await new Promise((resolve) => pages.close(resolve));
  await front?.close();
});

async function tokenFor(customer: string): Promise<string> {
  const { stdout } = await baedal(['token', '--role', 'customer', '--subject', customer], {
    env: { BAEDAL_JWT_SECRET: secret },
  });
  return stdout.trim();
}

test('/docs shows every call of the service, and nothing on it is blocked', async ({ front, page, mistakes }) => {
  await page.goto(`${front.service}/docs`);
  await page.getByText('/orders/{id}/events').waitFor();
  await page.getByText('/orders', { exact: true }).first().waitFor();
  assert.equal(mistakes, []);
});

test('a page of another origin places an order through the gateway, and follows it to the door', async ({
  front,
  page,
  origin,
  mistakes,
}) => {
  await page.goto(origin);
  await fill(page, front.gateway, await tokenFor('kim'), 'kim');
  await page.getByText('DeliveryCompleted').waitFor();
  const events = await page.locator('#events li').allInnerTexts();
  assert.match(events[0]!, 'OrderReceived');
  assert.is(events.filter((line) => line.includes('OrderPlaced')).length, 1);
  await page
    .getByText(/^Order /)
    .and(page.locator('#status'))
    .waitFor();
  assert.equal(mistakes, []);
});

test('where the answer to an order is lost, the page asks again and has ordered once', async ({
  front,
  page,
  origin,
}) => {
  await page.goto(origin);
  const ids: (string | undefined)[] = [];
  await page.route(`${front.gateway}/orders`, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    ids.push(route.request().headers()['idempotency-key']);
    if (ids.length > 1) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  await fill(page, front.gateway, await tokenFor('sora'), 'sora');
  await page.getByText('DeliveryCompleted').waitFor();
  assert.is(ids.length, 2);
  assert.is(ids[0], ids[1]);
  const { data } = await front.at.json('order', 'list', '--customer', 'sora');
  assert.is((data as unknown[]).length, 1);
});

test('a page that orders for somebody else is told why it may not', async ({ front, page, origin }) => {
  await page.goto(origin);
  await fill(page, front.gateway, await tokenFor('kim'), 'lee');
  await page.getByText('The token is of another customer').waitFor();
  assert.is(await page.locator('#events li').count(), 0);
});

test('a page without a token is told to send one', async ({ front, page, origin }) => {
  await page.goto(origin);
  await fill(page, front.gateway, '', 'kim');
  await page.getByText(/token/i).and(page.locator('#mistake')).waitFor();
});

async function fill(page: Page, gateway: string, token: string, customer: string): Promise<void> {
  await page.getByLabel('Gateway').fill(gateway);
  await page.getByLabel('Token').fill(token);
  await page.getByLabel('Customer').fill(customer);
  await page.getByLabel('Store').fill('noodle-bar');
  await page.getByLabel('Item').fill('udon');
  await page.getByRole('button', { name: 'Order' }).click();
}

test.run();
