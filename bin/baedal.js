#!/usr/bin/env node
// Everything that must be settled before the app and its libraries are imported.
import { existsSync } from 'node:fs';

// React's development build leaks memory, and decides on this when it is imported.
process.env.NODE_ENV ??= 'production';

// chalk reads FORCE_COLOR when it is imported, and does not know NO_COLOR.
const args = process.argv.slice(2);
const flags = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
const plain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR) || process.env.TERM === 'dumb';
if (flags.includes('--no-color')) process.env.FORCE_COLOR = '0';
else if (plain) process.env.FORCE_COLOR ??= '0';

// The reader of a pipe has seen enough (`| head`): there is nobody left to tell.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`The output cannot be written (${error.message}). What was asked for may have been done.\n`);
  process.exit(1);
});
process.stderr.on('error', () => {});

const main = new URL('../dist/cli/main.js', import.meta.url);

async function launch() {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    console.error(`baedal needs Node 20 or newer; this is Node ${process.versions.node}.`);
    return 1;
  }
  if (!existsSync(main)) {
    console.error(
      'baedal has not been built yet. Run `npm start`, which also installs what is missing, or `npm run build`.',
    );
    return 1;
  }
  const app = await import(main.href);
  return app.main(args);
}

launch().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
