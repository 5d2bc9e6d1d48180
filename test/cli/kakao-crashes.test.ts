import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../harness/eventually.ts';
import { kakaoLines } from '../harness/kakao.ts';
import { customer, type KakaoStage, kakaoStage, owner, sentOf } from './kakao-stage.ts';
import { order } from './platform-under-test.ts';

const test = suite<KakaoStage>('a platform that dies while it tells people by KakaoTalk');
test.before.each(async (context) => {
  Object.assign(context, await kakaoStage());
});
test.after.each(({ cleanUp }) => cleanUp());

test('what the provider took just before a kill -9 is not sent again', async ({ ledger, kakao, shop, up }) => {
  await kakao.control({ latencyMs: 60_000 });
  const first = await up('--manual');
  assert.is((await shop.run(...order('--order-id', 'cut-1'))).code, 0);
  await eventually(() => assert.is(kakaoLines(ledger).length, 2)); // taken, and the answer is still on its way
  await first.kill('SIGKILL');
  await kakao.control({ latencyMs: 0 });
  await up('--manual');
  await eventually(async () => {
    const { data } = await shop.json('notifications', '--order', 'cut-1');
    assert.equal(
      data.map(({ recipient, channel }: { recipient: string; channel: string }) => `${recipient} ${channel}`).sort(),
      ['kim kakaotalk', 'owner:noodle-bar kakaotalk'],
    );
  });
  assert.is((await shop.run('kitchen', 'accept', 'cut-1')).code, 0);
  await eventually(() => assert.is(kakaoLines(ledger).length, 3));
  assert.equal(sentOf(ledger, 'cut-1'), [
    ...customer('order-accepted', 'order-placed'),
    ...owner('owner-order-placed'),
  ]);
});

test('who stands by takes over what was being told, and nobody is told twice', async ({ ledger, kakao, shop, up }) => {
  await kakao.control({ latencyMs: 60_000 });
  const first = await up('--manual');
  const second = await up('--manual');
  assert.match(second.stderr(), 'standing by');
  assert.is((await shop.run(...order('--order-id', 'over-1'))).code, 0);
  await eventually(() => assert.is(kakaoLines(ledger).length, 2));
  await first.kill('SIGKILL');
  await kakao.control({ latencyMs: 0 });
  await eventually(async () => assert.is((await shop.json('notifications', '--order', 'over-1')).data.length, 2), {
    withinMs: 40_000,
  });
  assert.equal(sentOf(ledger, 'over-1'), [...customer('order-placed'), ...owner('owner-order-placed')]);
});

test('what the provider takes only after a kill -9 is waited for, and not sent again', async ({
  ledger,
  kakao,
  shop,
  up,
}) => {
  await kakao.control({ hangRate: 1 });
  const first = await up('--manual');
  assert.is((await shop.run(...order('--order-id', 'late-1'))).code, 0);
  await eventually(async () => assert.ok((await kakao.control()).hung > 0));
  await first.kill('SIGKILL');
  await kakao.control({ hangRate: 0 });
  await up('--manual');
  await eventually(async () => assert.is((await shop.json('notifications', '--order', 'late-1')).data.length, 2));
  await sleep(2_000); // what hangs is done 2 s later, if we were sure too early
  assert.equal(sentOf(ledger, 'late-1'), [...customer('order-placed'), ...owner('owner-order-placed')]);
});

test('what the provider never had is sent after a kill -9, once it is sure', async ({ ledger, kakao, shop, up }) => {
  await kakao.control({ failRate: 1 });
  const first = await up('--manual');
  assert.is((await shop.run(...order('--order-id', 'lost-1'))).code, 0);
  await eventually(async () => assert.ok((await kakao.control()).failed > 0));
  await first.kill('SIGKILL');
  await kakao.control({ failRate: 0 });
  await up('--manual');
  await eventually(async () => assert.is((await shop.json('notifications', '--order', 'lost-1')).data.length, 2), {
    withinMs: 30_000,
  });
  assert.equal(sentOf(ledger, 'lost-1'), [...customer('order-placed'), ...owner('owner-order-placed')]);
});

test.run();
