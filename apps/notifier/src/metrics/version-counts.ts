export interface VersionLabels {
  readonly version: string;
  readonly environment: string;
  readonly status: string;
}

/** Limit of versions with their own series; each build adds a version. */
const MAX_VERSIONS = 100;
/** Label of all older versions. */
export const OTHER = 'other';

/** Counts by version with a limited number of series: older versions are added up, so the total stays correct. */
export class VersionCounts {
  /** By version, in order of the last count. */
  private readonly byVersion = new Map<string, Map<string, { labels: VersionLabels; count: number }>>();
  private readonly others = new Map<string, { labels: VersionLabels; count: number }>();

  constructor(private readonly most = MAX_VERSIONS) {}

  add(labels: VersionLabels): void {
    const counts = this.byVersion.get(labels.version) ?? new Map<string, { labels: VersionLabels; count: number }>();
    this.byVersion.delete(labels.version);
    this.byVersion.set(labels.version, counts);
    raise(counts, labels, 1);
    if (this.byVersion.size > this.most) this.fold();
  }

  counts(): ReadonlyArray<{ readonly labels: VersionLabels; readonly count: number }> {
    return [...this.byVersion.values(), this.others].flatMap((counts) => [...counts.values()]);
  }

  private fold(): void {
    const [[version, counts]] = this.byVersion as unknown as [[string, Map<string, { labels: VersionLabels; count: number }>]];
    this.byVersion.delete(version);
    for (const { labels, count } of counts.values()) raise(this.others, { ...labels, version: OTHER }, count);
  }
}

function raise(counts: Map<string, { labels: VersionLabels; count: number }>, labels: VersionLabels, by: number): void {
  const key = JSON.stringify([labels.environment, labels.status]);
  counts.set(key, { labels, count: (counts.get(key)?.count ?? 0) + by });
}
