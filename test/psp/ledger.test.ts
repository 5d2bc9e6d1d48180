import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Ledger } from '../../src/psp/ledger.ts';
import type { LedgerLine } from '../../src/psp/ledger-lines.ts';
import { eventually } from '../harness/eventually.ts';
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts';
import { type Provider, provider } from './provider.ts';

const test = suite<{ folder: TempFolder; path: string }>('the ledger');
test.before.each((context) => {
  context.folder = tempFolder();
  context.path = context.folder.file('ledger.jsonl');
});
test.after.each(({ folder }) => folder.remove());

const captured = (n: number): LedgerLine => ({
  at: 1_782_831_600_000 + n,
  kind: 'captured',
  orderId: `order-${n}`,
  paymentKey: `tpay_${n}`,
  amountWon: 100,
});
const textOf = (...lines: LedgerLine[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** What is read back. */
async function readBack(path: string): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  await (await Ledger.open(path, (line) => lines.push(line))).close();
  return lines;
}

/** Lets the disk do `instead` of this, until the result is called. */
async function disk(
  path: string,
  what: 'write' | 'datasync' | 'truncate',
  instead: () => unknown,
): Promise<() => void> {
  const handle = await open(path, 'a');
  const handles = Object.getPrototypeOf(handle) as Record<typeof what, unknown>;
  await handle.close();
  const real = handles[what];
  handles[what] = instead;
  return () => {
    handles[what] = real;
  };
}
const fail = () => Promise.reject(new Error('ENOSPC: no space left on device'));

test('a line is all that there is to know, and the file is for this user alone', async ({ path }) => {
  const ledger = await Ledger.open(path, () => {});
  await ledger.append(captured(1));
  assert.is(
    readFileSync(path, 'utf8'),
    '{"at":1782831600001,"kind":"captured","orderId":"order-1","paymentKey":"tpay_1","amountWon":100}\n',
  );
  assert.is(statSync(path).mode & 0o777, 0o600);
  await ledger.close();
});

test('nobody is answered before it is safe on the disk', async ({ path }) => {
  const ledger = await Ledger.open(path, () => {});
  let safe = () => {};
  const undo = await disk(path, 'datasync', () => new Promise<void>((resolve) => (safe = resolve)));
  try {
    let answered = false;
    const appended = ledger.append(captured(1)).then(() => {
      answered = true;
    });
    await eventually(() => readFileSync(path, 'utf8') !== '');
    assert.is(answered, false);
    await eventually(() => {
      safe();
      return answered;
    });
    await appended;
  } finally {
    undo();
    await ledger.close();
  }
});

test('those who come while one is written share the next write', async ({ path }) => {
  const ledger = await Ledger.open(path, () => {});
  let syncs = 0;
  const undo = await disk(path, 'datasync', async () => {
    syncs += 1;
  });
  try {
    await Promise.all(Array.from({ length: 100 }, (_, n) => ledger.append(captured(n))));
    assert.is(syncs, 2);
  } finally {
    undo();
  }
  await ledger.close();
  assert.equal(
    await readBack(path),
    Array.from({ length: 100 }, (_, n) => captured(n)),
  );
});

test('one that comes just as the others are through is written too', async ({ path }) => {
  const ledger = await Ledger.open(path, () => {});
  const chain = async (from: number) => {
    for (let n = from; n < from + 50; n += 1) await ledger.append(captured(n));
  };
  await Promise.all([chain(0), chain(100), chain(200)]);
  await ledger.close();
  assert.is((await readBack(path)).length, 150);
  assert.is(await ledger.append(captured(1)).catch(({ message }) => message), 'The ledger is closed.');
});

test('a last line that a crash cut short is dropped, and the next one follows the last complete one', async ({
  path,
}) => {
  const whole = textOf(captured(1), captured(2));
  for (let cut = 1; cut < textOf(captured(2)).length; cut += 1) {
    writeFileSync(path, whole);
    truncateSync(path, whole.length - cut);
    const lines: LedgerLine[] = [];
    const ledger = await Ledger.open(path, (line) => lines.push(line));
    assert.equal(lines, [captured(1)]);
    assert.is(readFileSync(path, 'utf8'), textOf(captured(1)));
    await ledger.append(captured(3));
    await ledger.close();
    assert.is(readFileSync(path, 'utf8'), textOf(captured(1), captured(3)));
  }
});

for (const [what, text, line] of [
  ['words', 'these are my notes\n', 1],
  ['words without an end, which are not ours to cut', 'these are my notes', 1],
  ['a cut line in the middle', `${textOf(captured(1))}{"at":17828\n${textOf(captured(2))}`, 2],
  ['an empty line', `${textOf(captured(1))}\n`, 2],
  ['an amount of nothing', textOf({ ...captured(1), amountWon: 0 }), 1],
  ['another kind', textOf({ ...captured(1), kind: 'stolen' as 'captured' }), 1],
  ['something more than there is to know', textOf({ ...captured(1), card: '1234' } as LedgerLine), 1],
  ['a capture without a key', textOf({ ...captured(1), paymentKey: '' }), 1],
  ['zeros, as a disk may leave them', `${textOf(captured(1))}\0\0\0\0`, 2],
] as const)
  test(`${what}: the line is named, with what to do, and nothing is changed`, async ({ path }) => {
    writeFileSync(path, text);
    const error = await readBack(path).catch((error) => error);
    assert.is(error.code, 'ledger-damaged');
    assert.ok(error.message.startsWith(`Line ${line} of ${path} is no line of a ledger`), error.message);
    assert.match(error.message, /Restore the file from a backup, or choose another one with --ledger\.$/);
    assert.is(readFileSync(path, 'utf8'), text);
  });

for (const [what, more] of [
  ['an order that is captured twice', { kind: 'captured', paymentKey: 'tpay_2' }],
  ['money given back that nobody paid', { kind: 'cancelled', paymentKey: 'tpay_2' }],
  ['more given back than was paid', { kind: 'cancelled', amountWon: 101 }],
] as const)
  test(`${what} is no ledger of ours`, async ({ path }) => {
    writeFileSync(path, textOf(captured(1), { ...captured(1), ...more }));
    const error = await provider({ ledger: path }).catch((error) => error);
    assert.is(error.code, 'ledger-damaged');
    assert.match(error.message, /^Line 2 of /);
  });

test('after a restart all is known that was', async () => {
  let at: Provider = await provider();
  const { paymentKey } = (await at.shop.charge()).json;
  await at.shop.cancel(paymentKey, { cancelReason: 'no cola', cancelAmount: 2_000 });
  const { json: before } = await at.shop.find('order-1');
  at = await at.restart();
  const { json: after } = await at.shop.find('order-1');
  const [cancel] = before.cancels;
  // The ledger keeps what money did, and not the words that were said about it.
  assert.equal(after, { ...before, orderName: '', cancels: [{ ...cancel, cancelReason: '' }] });
  assert.is((await at.shop.charge()).json.code, 'ALREADY_PROCESSED_PAYMENT');
  assert.is((await at.shop.cancel(paymentKey)).json.cancels[1].cancelAmount, 36_000);
  assert.is((await at.shop.control()).json.counts.cancelled, 1);
  await at.end();
});

for (const what of ['write', 'datasync'] as const)
  test(`if the disk refuses (${what}), the call fails, nothing is done, and it may be asked again`, async () => {
    const at = await provider();
    const { paymentKey } = (await at.shop.charge()).json;
    const before = readFileSync(at.ledger, 'utf8');
    const undo = await disk(at.ledger, what, fail);
    try {
      const charge = await at.shop.charge({ orderId: 'order-2', key: 'charge-2' });
      assert.is(charge.status, 500);
      assert.match(charge.json.message, /could not be written down: ENOSPC/);
      assert.is((await at.shop.cancel(paymentKey)).status, 500);
      assert.is((await at.shop.find('order-2')).status, 404);
      assert.is((await at.shop.find('order-1')).json.status, 'DONE');
      assert.is((await at.shop.transactions()).json.length, 1);
      if (what === 'write') assert.is(readFileSync(at.ledger, 'utf8'), before);
    } finally {
      undo();
    }
    assert.is((await at.shop.charge({ orderId: 'order-2', key: 'charge-2' })).status, 200);
    assert.is((await at.shop.cancel(paymentKey)).status, 200);
    assert.equal(
      at.lines().map(({ kind, orderId }) => `${kind} ${orderId}`),
      ['captured order-1', 'captured order-2', 'cancelled order-1'],
    );
    assert.is((await at.shop.control()).json.counts.failed, 2);
    await at.end();
  });

test('what was half written when the disk was full is taken away again', async ({ path }) => {
  const ledger = await Ledger.open(path, () => {});
  await ledger.append(captured(1));
  const half = async function (this: FileHandle) {
    appendFileSync(path, '{"at":17828');
    throw new Error('ENOSPC: no space left on device');
  };
  const undo = await disk(path, 'write', half);
  assert.match(await ledger.append(captured(2)).catch(({ message }) => message), /ENOSPC/);
  assert.is(readFileSync(path, 'utf8'), textOf(captured(1)), 'at once');
  const undoTruncate = await disk(path, 'truncate', fail);
  assert.match(await ledger.append(captured(2)).catch(({ message }) => message), /ENOSPC/);
  undo();
  assert.match(await ledger.append(captured(2)).catch(({ message }) => message), /ENOSPC/, 'nothing follows the half');
  undoTruncate();
  await ledger.append(captured(3));
  assert.is(readFileSync(path, 'utf8'), textOf(captured(1), captured(3)), 'or as soon as it can be');
  await ledger.close();
});

test.run();
