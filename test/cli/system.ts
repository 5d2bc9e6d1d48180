import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { order, type Stage, stage } from './platform-under-test.ts';

type Actor = { actor: string; up: boolean; handled: number; latencyMs: object | null };

const upIn = (actors: Actor[]): string[] => actors.filter(({ up }) => up).map(({ actor }) => actor);

/** How a platform of real processes is told to be, on the broker of this address. */
export function systemSuite(name: string, broker: () => string) {
  const test = suite(name);
  const on = (title: string, body: (at: Stage) => Promise<void>) =>
    test(title, async () => {
      const at = stage(broker());
      try {
        await body(at);
      } finally {
        await at.cleanUp();
      }
    });

  on('all five actors of a running platform are up, and nothing waits once an order is delivered', async (at) => {
    const up = await at.up('--quiet');
    assert.is((await at.run(...order('--wait', 'delivered'))).code, 0);
    const { code, data, stderr } = await at.json('system');
    assert.is(code, 0, stderr);
    assert.equal(upIn(data.actors), ['order', 'payment', 'kitchen', 'rider', 'notifier']);
    for (const { actor, handled } of data.actors as Actor[]) assert.ok(handled > 0, actor);
    assert.equal(data.breakers, [{ partner: 'payment-provider', state: 'closed' }]);
    assert.equal(
      data.processes.map(({ pid, up }: { pid: number; up: boolean }) => [pid, up]),
      [[up.pid, true]],
    );
    assert.ok(data.processes[0].memoryBytes > 10_000_000);

    assert.ok(data.readModel.next > 0);

    const depths = await at.json('queues');
    assert.is(depths.code, 0, depths.stderr);
    assert.equal(
      depths.data.map(({ actor, waiting }: { actor: string; waiting: number }) => [actor, waiting]),
      ['order', 'payment', 'kitchen', 'rider', 'notifier', 'dead letters'].map((actor) => [actor, 0]),
    );
    const shown = await at.run('system');
    assert.is(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^kitchen +● up/m);
    assert.match(shown.stdout, /^Breaker of the payment-provider: closed\.$/m);
    assert.match((await at.run('queues')).stdout, /^dead letters/m);
    await up.kill();
  });

  on(
    'actors that are killed with -9 are down within seconds, the others stay up, and what waits is counted',
    async (at) => {
      const [money, rest] = [
        await at.up('--quiet', '--actors', 'order,payment'),
        await at.up('--quiet', '--actors', 'kitchen,rider,notifier'),
      ];
      assert.equal(upIn((await at.json('system')).data.actors).length, 5);
      await money.kill('SIGKILL');
      const { data } = await at.json('system');
      assert.equal(upIn(data.actors), ['kitchen', 'rider', 'notifier']);
      // One after the other: what is asked for together travels together, and is one entry.
      const { answers, close } = await at.placeMany(3, 100, 1_000);
      await answers;
      await close();
      await eventually(async () => {
        const { data } = await at.json('queues');
        assert.is(data.find(({ actor }: { actor: string }) => actor === 'order').waiting, 3);
      });
      await rest.kill();
    },
  );

  on('where nothing runs, all are down, and that is said', async (at) => {
    const { code, data } = await at.json('system');
    assert.is(code, 0);
    assert.equal([upIn(data.actors), data.processes, data.breakers], [[], [], []]);
    assert.match((await at.run('system')).stdout, /Start the actors with `baedal up`/);
  });

  return test;
}
