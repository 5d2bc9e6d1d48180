import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { schema as brokerSchema, logOf, numberOf } from '../../src/broker/embedded/schema.ts';
import type { Envelope } from '../../src/broker/envelope.ts';
import { folderOf, openBroker } from '../../src/cli/open-broker.ts';
import { openReadModel } from '../../src/readmodel/schema.ts';
import { openDatabase } from '../../src/sqlite/open-database.ts';
import { asFound } from '../harness/terminal/modes.ts';
import { type DashboardStage, dashboardSuite, onScreen } from './dashboard-stage.ts';
import { order } from './platform-under-test.ts';

const { test, on } = dashboardSuite('dashboard: read model');

const readModelOf = (at: DashboardStage): string => join(folderOf(at.settings), 'readmodel.sqlite');

/** Puts an event into the journal as an actor does. */
async function publish(at: DashboardStage, type: string, orderId: string, data: object): Promise<void> {
  const broker = await openBroker(at.settings, 'client');
  const envelope = { id: `${orderId}-${type}`, type, key: orderId, at: Date.now(), data: { orderId, ...data } };
  await broker.publish([{ envelope: envelope as unknown as Envelope }]);
  await broker.close();
}

/** Puts an event of a type that this version does not know at the end of the journal. */
function bless(at: DashboardStage, orderId: string): void {
  const data = { orderId, by: 'the chef' };
  const event = { id: 'x', type: 'OrderBlessed', key: orderId, at: Date.now(), data };
  const db = openDatabase(join(folderOf(at.settings), 'broker.sqlite'), { schema: brokerSchema });
  db.transaction(() => {
    const place = (db.prepare('SELECT max(place) FROM journal').pluck().get() as number) + 1;
    db.prepare('INSERT INTO journal (place, body) VALUES (?, ?)').run(place, JSON.stringify(event));
    db.prepare('UPDATE logs SET next = ?, length = length + 1 WHERE id = ?').run(numberOf(place) + 1, logOf(place));
  }).immediate();
  db.close();
}

const received = {
  customerId: 'kim',
  storeId: 'noodle-bar',
  storeName: { ko: '면사랑', en: 'Noodle Bar' },
  lines: [{ itemId: 'udon', quantity: 1, name: { ko: '우동', en: 'Udon' }, priceWon: 7_700 }],
  totalWon: 7_700,
  answerBy: 0,
};

/** A platform that has delivered an order, and is gone. */
async function past(at: DashboardStage, ...ids: string[]): Promise<void> {
  const up = await at.up('--quiet');
  for (const id of ids) await at.json(...order('--order-id', id, '--wait', 'delivered'));
  await up.kill();
}

on('with up killed by -9 actors are shown down, events are still followed, and it sees it come back', async (at) => {
  const up = await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'first-1'));
  const terminal = at.show(['dashboard']);
  await terminal.waitFor(/▸ first-1.*○ placed/);
  await terminal.waitFor('5/5 actors');
  await up.kill('SIGKILL');
  await terminal.waitFor('no actors heard: is `baedal up` running?');
  await publish(at, 'OrderReceived', 'second-1', received);
  await terminal.waitFor(/second-1.*awaiting-payment/);
  await terminal.press('5');
  await terminal.waitFor('✗ DOWN');
  assert.is(terminal.text().match(/✗ DOWN/g)?.length, 5);
  await at.up('--quiet', '--manual', '--actors', 'order,payment,kitchen');
  await terminal.waitFor('rider, notifier DOWN');
  await at.up('--quiet', '--manual', '--actors', 'rider,notifier');
  await terminal.waitFor('5/5 actors');
  await terminal.press('2');
  await terminal.waitFor(onScreen('Kitchen', /▸ first-1/));
  await terminal.press('a');
  await terminal.waitFor('first-1 is ◑ accepted.');
});

on('a damaged read model is said to be, with what mends it, and once that is done all is there', async (at) => {
  await past(at, 'kept-1');
  writeFileSync(readModelOf(at), 'this is no database, and was never one; '.repeat(200));
  const terminal = at.show(['dashboard']);
  const said = await terminal.waitFor('The read model cannot be read');
  assert.match(said.replaceAll('\n ', ' '), /damaged or not a database.*`baedal readmodel rebuild`/);
  await terminal.press('2', '5', '1', 's', 'c', 'Enter');
  await terminal.waitFor('baedal ▸ Orders');
  assert.is((await at.run('readmodel', 'rebuild')).code, 0);
  await terminal.waitForNo('cannot be read');
  await terminal.press('s');
  await terminal.waitFor(/kept-1.*● delivered/);
});

on('a read model that is damaged while somebody looks does not end the dashboard', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'kept-1'));
  const terminal = at.show(['dashboard']);
  await terminal.waitFor(/▸ kept-1/);
  for (const suffix of ['', '-wal'])
    writeFileSync(readModelOf(at) + suffix, 'this is no database, and was never one; '.repeat(20_000));
  await at.json(...order('--order-id', 'later-1'));
  await terminal.press('5');
  await terminal.waitFor(/System[\s\S]*cannot be read/);
  await terminal.press('1');
  await terminal.waitFor('baedal ▸ Orders');
  assert.is((await at.run('readmodel', 'rebuild')).code, 0);
  await terminal.waitFor(/▸ kept-1.*○ placed/);
  await terminal.waitFor(/later-1.*○ placed/);
});

on('a read model of a newer version is said to be, and left as it is', async (at) => {
  await past(at, 'kept-1');
  const db = openReadModel(folderOf(at.settings));
  db.pragma('user_version = 999');
  db.close();
  const terminal = at.show(['dashboard']);
  const said = await terminal.waitFor('The read model cannot be read');
  assert.match(said.replaceAll('\n ', ' '), /written by a newer baedal.*Update baedal/);
  await terminal.press('q');
  assert.equal(await terminal.ended, { code: 0, signal: null });
  assert.equal(terminal.modes(), asFound);
});

on('while another program keeps the read model locked, it shows what it has, and then catches up', async (at) => {
  await at.up('--quiet', '--manual');
  await at.json(...order('--order-id', 'seen-1'));
  const terminal = at.show(['dashboard']);
  await terminal.waitFor(/▸ seen-1/);
  const db = openReadModel(folderOf(at.settings));
  db.exec('BEGIN IMMEDIATE');
  await publish(at, 'OrderReceived', 'unseen-1', received);
  await terminal.waitFor(/\d+ (m?s|m \d+ s) behind/);
  await terminal.press('Enter');
  await terminal.waitFor('kim ← Noodle Bar');
  await terminal.press('Escape');
  db.exec('ROLLBACK');
  db.close();
  await terminal.waitFor(/unseen-1/);
  await terminal.waitFor(' live ');
});

on('a data folder that may not be written ends it with a sentence, the terminal as found', async (at) => {
  // Nobody may write below /sys, root neither; others are kept out of a folder by its mode.
  const folder = process.getuid?.() === 0 ? '/sys' : join(at.settings.data, '..', 'read-only');
  if (folder !== '/sys') mkdirSync(folder, { mode: 0o500 });
  const terminal = at.show(['dashboard', '--data', folder]);
  assert.equal(await terminal.ended, { code: 1, signal: null });
  assert.match(terminal.text().replaceAll('\n', ''), /Cannot write .*broker\.sqlite/);
  assert.equal(terminal.modes(), asFound);
});

on('an event of a type that nobody knows is shown as it came', async (at) => {
  await past(at, 'blessed-1');
  const terminal = at.show(['dashboard'], { columns: 120 });
  await terminal.waitFor('No orders in flight');
  bless(at, 'blessed-1');
  await terminal.press(':', 'order blessed-1', 'Enter');
  await terminal.waitFor(/\+.* OrderBlessed +\{"orderId":"blessed-1","by":"the chef"\}/);
  assert.match(terminal.text(), '● delivered  7,700 won paid');
});

on('a stretch of the journal that was trimmed before it was read is told on the system screen', async (at) => {
  await past(at, 'old-order-1', 'new-order');
  rmSync(readModelOf(at));
  const db = openDatabase(join(folderOf(at.settings), 'broker.sqlite'), { schema: brokerSchema });
  db.exec('DELETE FROM journal WHERE place IN (SELECT place FROM journal ORDER BY place LIMIT 5)');
  db.close();
  const terminal = at.show(['up'], { rows: 40 });
  await terminal.press('5');
  await terminal.waitFor('entries 0 to 4 were trimmed before they were read');
  await terminal.press('1', 's');
  await terminal.waitFor(/new-order.*● delivered/);
});

test.run();
