import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes for this many ids are drawn at once; drawing them one by one takes longer than all the rest. */
const drawnAtOnce = 256;
const pool = Buffer.alloc(16 * drawnAtOnce);
let used = pool.length;

let msecs = 0;
let seq = 0;

/** A new message id: UUID version 7 (RFC 9562, counter in the upper random bits), so that ids made later sort later. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 16);
  used += 16;
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = random.readUInt32BE(0) >>> 1; // half of the counter's range is left for this millisecond
  } else seq++;
  return v7({ random, msecs, seq });
}
