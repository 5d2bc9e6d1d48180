/** npm run pictures [-- NAME…]: draws docs/pictures from the real program's screen. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scenes } from './scenes.ts';
import { takePicture } from './take-picture.ts';

const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url));
const names = process.argv.slice(2);
const unknown = names.find((name) => !scenes.some((scene) => scene.name === name));
if (unknown === undefined) {
  mkdirSync(folder, { recursive: true });
  for (const scene of scenes.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const file = join(folder, `${scene.name}.svg`);
    writeFileSync(file, await takePicture(scene));
    console.log(`Drawn: ${file}`);
  }
} else {
  console.error(`There is no picture "${unknown}". There are ${scenes.map(({ name }) => name).join(', ')}.`);
  process.exitCode = 2;
}
