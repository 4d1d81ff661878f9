export interface VersionLabels {
  readonly version: string;
  readonly environment: string;
  readonly status: string;
}

/** Versions with series of their own; there is a new one with every build. */
const MOST = 100;
/** Where older versions are counted. */
export const OTHER = 'other';

/** Counts by version, of which only the latest have a series each: the sum stays true, and the number of series bounded. */
export class VersionCounts {
  /** By version, the one that was counted last at the end. */
  private readonly byVersion = new Map<string, Map<string, { labels: VersionLabels; count: number }>>();
  private readonly others = new Map<string, { labels: VersionLabels; count: number }>();

  constructor(private readonly most = MOST) {}

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
