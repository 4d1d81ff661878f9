import { checkOutcome } from './outcomes';
import { finished } from './finished';

const texts = (...args: Parameters<typeof finished>): readonly string[] =>
  checkOutcome(finished(...args)).map(({ promise, text }) => `${promise} ${text}`);

describe('the outcome of a release', () => {
  it('is correct if a good version is promoted, and a bad or aborted version is rolled back', () => {
    expect(texts([['ReleasePromoted']])).toEqual([]);
    expect(texts([['ReleaseRolledBack']], { behaviour: 'crash' })).toEqual([]);
    expect(texts([['AbortRequested'], ['ReleaseRolledBack']], { aborted: true })).toEqual([]);
  });

  it('is that of a good version if ingest was absent until it was too late for an abort', () => {
    expect(texts([['ReleasePromoted']], { aborted: true })).toEqual([]);
    expect(texts([['AbortRequested'], ['ReleasePromoted']], { aborted: true })).toEqual([
      'P30 v2: ended ReleasePromoted instead of ReleaseRolledBack',
    ]);
  });

  it('breaks P28 if a good version is rolled back, with the reason', () => {
    expect(texts([['ReleaseRolledBack', { reason: { code: 'progress_deadline', text: 'no progress of apply for 8 s' } }]])).toEqual([
      'P28 v2: ended ReleaseRolledBack instead of ReleasePromoted (progress_deadline: no progress of apply for 8 s)',
    ]);
  });

  it('breaks P30 if a bad version is promoted or stuck', () => {
    expect(texts([['ReleasePromoted']], { behaviour: 'slow' })).toHaveLength(1);
    expect(texts([['ReleaseStuck']], { behaviour: 'crash' })).toEqual(['P30 v2: ended ReleaseStuck instead of ReleaseRolledBack']);
  });

  it('breaks P4 if the release ends twice, or if a fact is recorded twice for one decision', () => {
    expect(texts([['ReleasePromoted'], ['ReleasePromoted']])).toEqual(['P4 v2: has 2 ends']);
    expect(texts([['ManifestsApplied', { decision: 3 }], ['ManifestsApplied', { decision: 3 }], ['ReleasePromoted']])).toEqual([
      'P4 v2: ManifestsApplied of decision 3 is recorded twice',
    ]);
  });
});
