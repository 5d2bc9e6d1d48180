import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { benchSettings, environmentOf } from '../../bench/bench-settings.ts';
import { fillWithDelivered } from '../../bench/fill.ts';
import { folderOf } from '../../src/cli/open-broker.ts';
import { openDatabase } from '../../src/sqlite/open-database.ts';
import { baedal } from '../harness/baedal.ts';

test('what is stored beforehand is what the platform would have stored', async () => {
  const settings = benchSettings('sqlite:');
  await fillWithDelivered(settings, 40);

  const env = environmentOf(settings);
  const audit = await baedal(['audit'], { env });
  assert.match(audit.stdout, /40 orders, 40 of them standing\.[\s\S]*Nothing is wrong\./);
  const verified = await baedal(['readmodel', 'verify'], { env });
  assert.match(verified.stdout, /^The same: 600 events/);

  /** How many messages each actor has handled, the answers of partners included. */
  for (const [actor, handled] of Object.entries({ order: 7, payment: 2, kitchen: 2, rider: 4, notifier: 12 })) {
    const path = join(folderOf(settings), 'actors', `${actor}.0.sqlite`);
    const db = openDatabase(path, { schema: [''], readonly: true });
    assert.is(db.prepare('SELECT count(*) FROM processed').pluck().get(), 40 * handled, actor);
    assert.is(db.prepare('SELECT count(*) FROM instance').pluck().get(), 40, actor);
    db.close();
  }
  rmSync(settings.data, { recursive: true, force: true });
});

test.run();
