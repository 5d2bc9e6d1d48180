import os from 'node:os';
import { parseArgs } from 'node:util';
import { root, setUp } from './set-up.js';
import { findTestFiles, runTestFiles } from './test-runner.js';

const usage = `npm test                       all tests
npm test -- broker imports     the files whose path contains one of these words
npm run soak                   the proofs in their long form
  --timeout-ms N               milliseconds one file may take, default 180000, with --soak 1800000
  --total-ms N                 milliseconds all may take together, default 1800000, with --soak 5400000`;

/** Where the proofs are that have a long form. */
const proofs = ['test/proofs/', 'test/actors/interleavings', 'test/simulator/worlds'];

/** Milliseconds that RabbitMQ may take to stop after the run was cut short. */
const stopPatienceMs = 20_000;

process.chdir(root);
process.exitCode = await main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  return 1;
});

/** @returns {Promise<number>} exit code */
async function main() {
  const options = readArguments();
  const cut = new AbortController();
  const stopListening = cutShortOn(cut, options.totalMs);
  let passed = 0;
  let failed = 0;
  /** @type {Awaited<ReturnType<typeof import('./rabbitmq.js').provideRabbitMq>> | undefined} */
  let rabbit;
  try {
    await setUp();
    const files = findTestFiles('test', options.filters);
    if (files.length === 0)
      console.log(`There is no test file with ${options.filters.join(' or ') || 'any name'} in its path.`);
    else {
      try {
        const { provideRabbitMq } = await import('./rabbitmq.js');
        rabbit = await provideRabbitMq();
        console.log(`RabbitMQ: ${rabbit.how}`);
      } catch (error) {
        failed += 1; // and the others still have something to say
        console.log(`✗ RabbitMQ\n  ${error instanceof Error ? error.message : error}`);
      }
      const env = { ...environment(rabbit?.url), ...(options.soak && { BAEDAL_TEST_SOAK: '1' }) };
      // A proof that measures has the machine for itself. The others wait more than they work.
      const run = { timeoutMs: options.timeoutMs, signal: cut.signal, atOnce: options.soak ? 1 : 3 };
      for (const result of await runTestFiles(files, { env, ...run })) {
        passed += result.passed;
        failed += result.failed;
      }
    }
  } finally {
    await rabbit?.stop();
    stopListening();
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (cut.signal.aborted) return signalNumber(cut.signal.reason);
  return failed > 0 || passed === 0 ? 1 : 0;
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        soak: { type: 'boolean', default: false },
        'timeout-ms': { type: 'string' },
        'total-ms': { type: 'string' },
      },
    });
    const { soak } = values;
    const timeoutMs = Number(values['timeout-ms'] ?? (soak ? 1_800_000 : 180_000));
    const totalMs = Number(values['total-ms'] ?? (soak ? 5_400_000 : 1_800_000));
    if (!(timeoutMs > 0 && totalMs > 0)) throw new Error('The times are numbers of milliseconds above 0.');
    return { soak, timeoutMs, totalMs, filters: soak && positionals.length === 0 ? proofs : positionals };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

/**
 * The tests see none of the user's own settings.
 * @param {string | undefined} url of RabbitMQ
 */
function environment(url) {
  const kept = Object.entries(process.env).filter(([name]) => !/^BAEDAL_(?!TEST_)/.test(name));
  return { ...Object.fromEntries(kept), ...(url ? { BAEDAL_TEST_AMQP_URL: url } : {}) };
}

/**
 * Cuts the run short on a signal and when the time is up, and forces the end where that takes too long or is asked for twice.
 * @param {AbortController} cut
 * @param {number} totalMs
 * @returns {() => void} how to undo it
 */
function cutShortOn(cut, totalMs) {
  const force = () => process.exit(signalNumber(cut.signal.reason));
  const short = (/** @type {string} */ reason) => {
    if (cut.signal.aborted) return force();
    setTimeout(force, stopPatienceMs).unref();
    cut.abort(reason);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, short);
  const timer = setTimeout(() => short(`all tests together took more than ${totalMs / 1000} s`), totalMs);
  return () => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, short);
  };
}

/**
 * 130 for SIGINT and so on, as a shell says it; 1 where the time was up.
 * @param {string} reason
 */
function signalNumber(reason) {
  const number = /** @type {Record<string, number>} */ (os.constants.signals)[reason];
  return number === undefined ? 1 : 128 + number;
}
