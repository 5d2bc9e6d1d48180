import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerContract } from '../contract.ts';
import { insertBody } from './insert-body.ts';

brokerContract('embedded broker', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baedal-embedded-'));
  return {
    opener: { module: new URL('./opener.ts', import.meta.url).href, options: { folder } },
    corrupt: async (queue, bytes) => insertBody(folder, queue, bytes),
    cleanUp: async () => rmSync(folder, { recursive: true }),
  };
}).run();
