import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ledgerAgrees, verdictOf, whyItFailed } from '../../src/simulation/verdict.ts';
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
  assert.is(verdictOf(sampleReport({ judged: kept })), 'failed');
  assert.is(verdictOf(sampleReport({ judged: kept, failures: ['One.', 'Two.'] })), 'failed for 2 reasons');
});

test('why it failed is said of every broken promise, and of all else', () => {
  const unknown = { what: 'placing, p50', unit: 'ms', atMost: 5, kept: false };
  assert.equal(whyItFailed(sampleReport({ judged: [...judged, unknown], failures: ['One order is still open.'] })), [
    'In the whole run, “placing, p99” should be at most 750 ms and is 1.34 s.',
    'In lunch rush, “availability” should be at least 95% and is 86.2%.',
    'In the whole run, “placing, p50” should be at most 5 ms and could not be measured.',
    'One order is still open.',
  ]);
  assert.equal(whyItFailed(emptyReport()), []);
});

test('the ledger agrees where both sums do', () => {
  const provider = audit!.provider!;
  assert.is(ledgerAgrees(sampleReport()), true);
  assert.is(ledgerAgrees({ audit: { ...audit!, provider: { ...provider, cancelledWon: 1 } } }), false);
  assert.is(ledgerAgrees({ audit: { ...audit!, provider: { ...provider, capturedWon: 1 } } }), false);
  assert.is(ledgerAgrees(emptyReport()), undefined);
});

test.run();
