import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ledgerAgrees, verdictOf } from '../../src/simulation/verdict.ts';
import { emptyReport, sampleReport } from './sample-report.ts';

const test = suite('the verdict');

const { judged, audit } = sampleReport();
const kept = judged.filter((one) => one.kept);

test('a simulation that passed held', () => {
  const passed = { passed: true, failures: [] };
  assert.is(
    verdictOf(sampleReport({ ...passed, judged: kept })),
    'held: it kept all 3 promises, and the audit found nothing',
  );
  assert.is(
    verdictOf(sampleReport({ ...passed, judged: kept.slice(1, 2) })),
    'held: it kept its promise, and the audit found nothing',
  );
  assert.is(verdictOf(emptyReport()), 'held: everything came to an end; there was no audit');
});

test('one that failed says for what', () => {
  assert.is(verdictOf(sampleReport()), 'broke 2 of 5 promises');
  assert.is(
    verdictOf(sampleReport({ audit: { ...audit!, findings: 3 } })),
    'broke 2 of 5 promises, and left 3 findings to the audit',
  );
  assert.is(
    verdictOf(sampleReport({ judged: kept, audit: { ...audit!, findings: 1 } })),
    'left 1 finding to the audit',
  );
  assert.is(verdictOf(sampleReport({ judged: kept })), 'failed for 2 reasons');
  assert.is(verdictOf(sampleReport({ judged: kept, failures: ['One order is still open.'] })), 'failed');
});

test('the ledger agrees where both sums do', () => {
  const provider = audit!.provider!;
  assert.is(ledgerAgrees(sampleReport()), true);
  assert.is(ledgerAgrees({ audit: { ...audit!, provider: { ...provider, cancelledWon: 1 } } }), false);
  assert.is(ledgerAgrees({ audit: { ...audit!, provider: { ...provider, capturedWon: 1 } } }), false);
  assert.is(ledgerAgrees(emptyReport()), undefined);
});

test.run();
