import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Scene, Stage } from '../../scripts/scene.ts';
import { scenes } from '../../scripts/scenes.ts';
import { takePicture } from '../../scripts/take-picture.ts';

const menu: Scene = {
  name: 'menu-of-one',
  title: 'What one store cooks.',
  args: ['menu', 'gukbap'],
  lang: 'ko',
  steps: [{ waitFor: '순대국밥' }, 'end'],
};

test('every scene has its picture, and every picture its scene', () => {
  const folder = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
  assert.equal(
    readdirSync(folder).sort(),
    scenes.map(({ name }) => `${name}.svg`).sort(),
    'docs/pictures does not have the pictures of scripts/scenes.ts. Run `npm run pictures`.',
  );
});

test('a picture shows what the program shows, and again the same', async () => {
  const svg = await takePicture(menu);
  assert.match(svg, '>순대국밥</text>');
  assert.match(svg, '>baedal menu gukbap</text>');
  assert.is(await takePicture(menu), svg);
});

test('a scene has a stage of its own, on which other programs play, and which is cleared away', async () => {
  let stage: Stage | undefined;
  const seen: string[] = [];
  await takePicture({
    ...menu,
    name: 'orders',
    args: ['order', 'list'],
    steps: [{ waitFor: 'picture-1' }, 'end'],
    before: async (given) => {
      stage = given;
      await given.beside('Up: ', 'up', '--manual');
      const order = ['order', 'place', '--customer', 'kim', '--store', 'gukbap', '--item', 'sundae'];
      seen.push(await given.baedal(...order, '--order-id', 'picture-1'));
      return async () => void seen.push('cleaned up');
    },
  });
  assert.match(seen[0]!, 'picture-1');
  assert.is(seen[1], 'cleaned up');
  assert.not.ok(existsSync(stage!.env['BAEDAL_DATA']!));
});

test('a scene that never comes to its end says which, and clears away too', async () => {
  let cleanedUp = false;
  const before = async () => async () => {
    cleanedUp = true;
  };
  const error: Error = await takePicture({ ...menu, steps: [{ waitFor: 'sushi' }], before }).then(
    () => assert.unreachable('it was taken'),
    (error) => error,
  );
  assert.is(error.message, 'The picture menu-of-one could not be taken.');
  assert.match(String(error.cause), /does not show sushi:\n│.*할매국밥/);
  assert.ok(cleanedUp);
});

test.run();
