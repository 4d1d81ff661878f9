import type { Cluster, Watching } from '@alloy/cluster';
import { outside } from '@alloy/service';

interface Watched {
  readonly watching: Watching;
  readonly releases: Set<string>;
}

/** Watches the pods of the namespaces in which releases wait, and says which release to look at again. */
export class PodWatches {
  /** Set by whoever looks. */
  onChange: (releaseId: string) => void = () => undefined;
  private readonly namespaces = new Map<string, Watched>();

  constructor(private readonly cluster: Pick<Cluster, 'watch'>) {}

  /** The release waits for pods there. Idempotent. */
  await(releaseId: string, namespace: string): void {
    const known = this.namespaces.get(namespace);
    if (known) known.releases.add(releaseId);
    else this.namespaces.set(namespace, this.start(releaseId, namespace));
  }

  /** The release waits no more; the last one ends the watch. Idempotent. */
  forget(releaseId: string): void {
    for (const [namespace, { watching, releases }] of this.namespaces) {
      if (!releases.delete(releaseId) || releases.size > 0) continue;
      watching.stop();
      this.namespaces.delete(namespace);
    }
  }

  stop(): void {
    for (const { watching } of this.namespaces.values()) watching.stop();
    this.namespaces.clear();
  }

  private start(releaseId: string, namespace: string): Watched {
    const releases = new Set([releaseId]);
    const tell = (): void => releases.forEach((waiting) => this.onChange(waiting));
    return { releases, watching: outside(() => this.cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace }, tell)) };
  }
}
