import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The scripts of the page, in the order in which they need each other. */
const own = 'figures labels stretches series paint areas breaker marks looks charts page'.split(' ');

const require = createRequire(import.meta.url);
const fileOf = (name: string): string => readFileSync(require.resolve(`uplot/${name}`), 'utf8');

/** uPlot with its licence, which goes where its code goes. */
export const uplotScript = (): string =>
  inElement(`/*!\n${fileOf('LICENSE')}\n*/\n${fileOf('dist/uPlot.iife.min.js')}`);

export const uplotStyle = (): string => fileOf('dist/uPlot.min.css');

/** The page's own scripts as one module: they import only each other, so that without their imports they stand in one file. */
export const pageScript = (): string =>
  inElement(
    own
      .map((name) => readFileSync(new URL(`./browser/${name}.js`, import.meta.url), 'utf8'))
      .join('\n')
      .replaceAll(/^import [^;]*;$/gm, ''),
  );

/** In strings and expressions, the only places where it can occur, `<\/` is the same as `</`. */
const inElement = (script: string): string => script.replaceAll('</script', '<\\/script');
