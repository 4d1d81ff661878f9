import type { Cluster, Watching } from '@alloy/cluster';
import { outside } from '@alloy/service';
import { PodChanges } from './pods/pod-changes';

/** Follows the pods of the namespaces in which releases run, so that a crash is seen when it happens and not at the next look. */
export class NamespaceWatches {
  private readonly watches = new Map<string, { readonly watching: Watching; readonly changes: PodChanges }>();

  /** `onChange` is told of the namespace in which pods have changed. */
  constructor(
    private readonly cluster: Pick<Cluster, 'watch'>,
    private readonly onChange: (namespace: string) => void,
  ) {}

  /** Idempotent. */
  follow(namespace: string): void {
    if (this.watches.has(namespace)) return;
    const changes = new PodChanges(() => this.onChange(namespace));
    const watching = outside(() => this.cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace }, (event) => changes.take(event)));
    this.watches.set(namespace, { watching, changes });
  }

  /** Ends all watches; `follow` begins them anew. */
  stop(): void {
    for (const { watching, changes } of this.watches.values()) {
      watching.stop();
      changes.stop();
    }
    this.watches.clear();
  }
}
