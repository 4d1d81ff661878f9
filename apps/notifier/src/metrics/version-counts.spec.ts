import { OTHER, VersionCounts } from './version-counts';

const labels = (version: string, status = 'promoted') => ({ version, environment: 'production', status });

describe('VersionCounts', () => {
  it('counts by version, environment and status', () => {
    const versions = new VersionCounts();
    for (const one of [labels('v1'), labels('v1'), labels('v1', 'rolledBack'), labels('v2')]) versions.add(one);
    expect(versions.counts()).toEqual([
      { labels: labels('v1'), count: 2 },
      { labels: labels('v1', 'rolledBack'), count: 1 },
      { labels: labels('v2'), count: 1 },
    ]);
  });

  it('has series only for the latest versions, and counts others together', () => {
    const versions = new VersionCounts(2);
    for (const one of [labels('v1'), labels('v2'), labels('v1'), labels('v3'), labels('v4', 'failed'), labels('v2')]) versions.add(one);
    expect(versions.counts()).toEqual([
      { labels: labels('v4', 'failed'), count: 1 }, { labels: labels('v2'), count: 1 },
      { labels: labels(OTHER), count: 4 },
    ]);
  });
});
